package dev.graft.harness.objective;

import dev.graft.harness.data.Example;
import dev.graft.harness.data.ExampleList;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokenizer;
import dev.graft.host.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/** Examples as a model reads them, tokenised when they are needed, and what is true of them. */
public final class TokenisedExamples implements Examples {
  /** So many are tokenised together, on all processors. */
  private static final int CHUNK = 1024;

  private final ExampleList examples;
  private final Tokenizer tokenizer;
  private final Consumer<Tokens> check;
  private final DoubleFunction<double[]> numbers;
  private final TokenStore tokens;

  /**
   * Examples, which are all pairs or none.
   *
   * @param tokenizer which stays open as long as this is used
   * @param check refuses what the model can't read
   */
  public TokenisedExamples(ExampleList examples, Tokenizer tokenizer, Consumer<Tokens> check) {
    this(examples, tokenizer, check, target -> new double[] {target});
  }

  /**
   * The same of any targets.
   *
   * @param numbers what is learnt of a target
   */
  TokenisedExamples(
      ExampleList examples,
      Tokenizer tokenizer,
      Consumer<Tokens> check,
      DoubleFunction<double[]> numbers) {
    this.examples = examples;
    this.tokenizer = tokenizer;
    this.check = check;
    this.numbers = numbers;
    this.tokens = new TokenStore(examples.size());
  }

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public int[] doubtful() {
    return IntStream.range(0, size()).filter(examples::isDoubtful).toArray();
  }

  @Override
  public void prepare(int[] wanted) {
    int[] missing = Arrays.stream(wanted).filter(i -> !tokens.has(i)).toArray();
    for (int from = 0; from < missing.length; from += CHUNK) {
      tokenise(Arrays.copyOfRange(missing, from, Math.min(from + CHUNK, missing.length)));
    }
  }

  private void tokenise(int[] chunk) {
    List<Example> read = Arrays.stream(chunk).mapToObj(examples::get).toList();
    List<String> texts = read.stream().map(Example::text).toList();
    List<String> pairs = read.stream().flatMap(e -> e.pair().stream()).toList();
    List<Tokens> encoded =
        pairs.isEmpty() ? tokenizer.encodeAll(texts) : tokenizer.encodeAll(texts, pairs);
    Split.requireTokens(encoded, i -> examples.place(chunk[i]));
    for (int i = 0; i < chunk.length; i++) {
      int example = chunk[i];
      Split.require(encoded.get(i), check, () -> examples.place(example));
      tokens.put(example, encoded.get(i));
    }
  }

  @Override
  public int length(int example) {
    prepare(new int[] {example});
    return tokens.length(example);
  }

  @Override
  public boolean isCut(int example) {
    prepare(new int[] {example});
    return tokens.isCut(example);
  }

  @Override
  public TokenBatch batch(int[] batch, int paddingId) {
    prepare(batch);
    return TokenBatch.of(Arrays.stream(batch).mapToObj(tokens::get).toList(), paddingId);
  }

  /** What is true of all of them. */
  public double[] targets() {
    return targets(IntStream.range(0, size()).toArray());
  }

  @Override
  public double[] targets(int[] batch) {
    return Arrays.stream(batch)
        .mapToDouble(examples::target)
        .mapToObj(numbers)
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }
}
