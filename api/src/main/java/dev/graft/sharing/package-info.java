/** What several holders have in common and the last of them closes, or leaves to who comes next. */
package dev.graft.sharing;
