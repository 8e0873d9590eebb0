package dev.graft.model;

import dev.graft.program.Activation;

/**
 * The sizes and constants of a host, whatever its architecture calls them.
 *
 * @param vocabulary rows of the token table
 * @param width of the residual stream
 * @param headWidth of each attention head
 * @param keyValueHeads fewer than heads under grouped-query attention
 * @param mlpWidth between the projections of the MLP
 * @param positions rows of the position table, those that the architecture reserves included
 * @param tokenTypes rows of the segment table; 0 for none
 * @param paddingId the token id of padding
 * @param normEpsilon added to the variance in every norm
 * @param activation of the MLP
 * @param dropout after embeddings and sublayers, in training
 * @param attentionDropout on attention weights, in training
 * @param headDropout in the task head, in training
 * @param initializerRange the standard deviation of fresh weights
 */
public record HostConfig(
    int vocabulary,
    int width,
    int layers,
    int heads,
    int keyValueHeads,
    int headWidth,
    int mlpWidth,
    int positions,
    int tokenTypes,
    int paddingId,
    double normEpsilon,
    Activation activation,
    double dropout,
    double attentionDropout,
    double headDropout,
    double initializerRange) {

  /** This host with its own dropouts at another probability. */
  public HostConfig withDropout(double probability) {
    return new HostConfig(
        vocabulary,
        width,
        layers,
        heads,
        keyValueHeads,
        headWidth,
        mlpWidth,
        positions,
        tokenTypes,
        paddingId,
        normEpsilon,
        activation,
        probability,
        probability,
        probability,
        initializerRange);
  }
}
