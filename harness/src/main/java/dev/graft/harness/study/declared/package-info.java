/**
 * What somebody wants to be compared, as it is said in a file or by options: methods, some of a
 * size that is still to be found, and all that they are combined with. It becomes a study where the
 * models are known. How it is written does not belong here.
 */
package dev.graft.harness.study.declared;
