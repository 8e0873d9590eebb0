/** How outcomes are kept for good, and found again. Nothing here interprets what it keeps. */
package dev.graft.harness.store;
