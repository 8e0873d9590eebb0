package dev.graft.harness.report.forgetting;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.inference.Claims;
import dev.graft.harness.measure.inference.Claims.Answer;
import dev.graft.harness.measure.inference.Claims.Question;
import dev.graft.model.Pretraining;

/**
 * What an arm forgot, unrounded. Losses are in nats a token, means of the seeds.
 *
 * @param hash of the text
 * @param tokens that were predicted
 * @param change of the loss, with its own 95% interval
 * @param noDifference the corrected p-value of "there is no change"
 * @param differenceBeyond the corrected p-value of "there is one of the margin or more"
 */
public record ForgottenSummary(
    String text,
    String hash,
    Pretraining.Objective predicted,
    int passages,
    long tokens,
    double lossBefore,
    double lossAfter,
    double perplexityBefore,
    double perplexityAfter,
    Estimate change,
    double margin,
    double noDifference,
    double differenceBeyond) {
  static ForgottenSummary of(Forgotten arm, Question question, Claims claims) {
    return new ForgottenSummary(
        arm.text().spec().text(),
        arm.text().hash(),
        arm.any().predicted(),
        arm.any().passages(),
        arm.any().predictedTokens(),
        arm.before(),
        arm.after(),
        Math.exp(arm.before()),
        Math.exp(arm.after()),
        arm.change().interval(),
        ForgettingFindings.MARGIN,
        claims.corrected(question, Answer.DIFFERENT),
        claims.corrected(question, Answer.EQUIVALENT));
  }
}
