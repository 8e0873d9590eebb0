/**
 * What may be claimed of arms that were measured with several seeds on the same examples: their
 * differences, the correction for all claims of a report, tiers, and the least difference that
 * could have been found. Sentences are made elsewhere.
 */
package dev.graft.harness.measure.inference;
