/**
 * Adapters, in the narrow sense: bottleneck layers put into every block, where Houlsby et al.
 * (2019), Lin et al. (2020), Pfeiffer et al. (2021) and He et al. (2022) put them.
 */
package dev.graft.bottleneck;
