/**
 * The embedded task: short reviews that a grammar writes, so that a comparison needs no foreign
 * texts. The grammar's words and sentences are resources; the code knows no word of English but the
 * forms of {@code be}.
 */
package dev.graft.harness.data.review;
