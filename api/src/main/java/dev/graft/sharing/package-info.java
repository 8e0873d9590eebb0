/** What several holders have in common and the last of them closes. */
package dev.graft.sharing;
