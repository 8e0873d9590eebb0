package dev.graft.transformer;

import dev.graft.GraftException;
import dev.graft.api.Batch;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The batch of one pass as one graft sees it. */
public final class RecordedBatch implements Batch {
  private final Tensor ids;
  private final Tensor mask;
  private final Tensor tokenTypes;
  private final Tensor positions;
  private final Notes notes;
  private final DeclaredGraft graft;

  /** What all grafts leave in one pass, each under keys of its own. */
  private static final class Notes {
    private final Map<DeclaredGraft, Map<String, Tensor>> shared = new HashMap<>();
    private final List<Tensor> penalties = new ArrayList<>();
    private boolean isMissed;

    Map<String, Tensor> of(DeclaredGraft graft) {
      return shared.computeIfAbsent(graft, g -> new TreeMap<>());
    }
  }

  /** A pass in which nothing has been left yet, seen by no graft. */
  RecordedBatch(Tensor ids, Tensor mask, Tensor tokenTypes, Tensor positions) {
    this(ids, mask, tokenTypes, positions, new Notes(), null);
  }

  private RecordedBatch(
      Tensor ids,
      Tensor mask,
      Tensor tokenTypes,
      Tensor positions,
      Notes notes,
      DeclaredGraft graft) {
    this.ids = ids;
    this.mask = mask;
    this.tokenTypes = tokenTypes;
    this.positions = positions;
    this.notes = notes;
    this.graft = graft;
  }

  /** The batch of no pass, for an intervention to be looked at alone. */
  static RecordedBatch ofNoPass(Dim length) {
    Shape shape = Shape.of(Transformer.B, length);
    Tensor rows = Tensor.leaf(Tensor.Source.INPUT, "rows", shape, Type.INT64);
    return new RecordedBatch(rows, rows, rows, rows);
  }

  /** The same pass with other rows in the stream. */
  RecordedBatch with(Tensor newMask, Tensor newTypes, Tensor newPositions) {
    return new RecordedBatch(ids, newMask, newTypes, newPositions, notes, graft);
  }

  /** The same pass as a graft sees it. */
  public RecordedBatch of(DeclaredGraft owner) {
    return new RecordedBatch(ids, mask, tokenTypes, positions, notes, owner);
  }

  @Override
  public Tensor ids() {
    return ids;
  }

  @Override
  public Tensor mask() {
    return mask;
  }

  @Override
  public Tensor tokenTypes() {
    return tokenTypes;
  }

  @Override
  public Tensor positions() {
    return positions;
  }

  @Override
  public void share(String key, Tensor tensor) {
    notes.of(graft).put(key, tensor);
  }

  @Override
  public Tensor shared(String key) {
    Map<String, Tensor> own = notes.of(graft);
    if (!own.containsKey(key)) {
      notes.isMissed = true;
      throw GraftException.plugin(
              "The method '%s' asks for '%s', which it has not shared so far.", graft.name(), key)
          .expected("what an intervention left that is recorded earlier in the pass")
          .found(own.isEmpty() ? "nothing shared" : String.join(", ", own.keySet()))
          .remedy("share it at an earlier site: the order is in the Javadoc of Batch");
    }
    return own.get(key);
  }

  @Override
  public void penalty(Tensor scalar) {
    if (scalar.shape().rank() > 0) {
      throw GraftException.plugin(
              "The method '%s' adds a penalty that is not a scalar.", graft.name())
          .expected("the shape ()")
          .found(scalar.shape())
          .remedy("take its sum or mean");
    }
    notes.penalties.add(scalar);
  }

  /** What joins the loss in training, in the order of recording. */
  List<Tensor> penalties() {
    return Collections.unmodifiableList(notes.penalties);
  }

  /** Whether anything was left for later sites, or asked for in vain. */
  boolean isShared() {
    return notes.isMissed || notes.shared.values().stream().anyMatch(own -> !own.isEmpty());
  }

  /** Whether something was asked for in vain. */
  boolean isMissed() {
    return notes.isMissed;
  }
}
