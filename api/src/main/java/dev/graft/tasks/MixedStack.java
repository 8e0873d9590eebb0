package dev.graft.tasks;

import dev.graft.GraftException;
import dev.graft.api.Batch;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.StoredTensor;
import dev.graft.api.SublayerIntervention;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;
import dev.graft.host.HostShape;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.program.Tensor;
import dev.graft.transformer.AtProjection;
import dev.graft.transformer.AtSublayer;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Grafts;
import dev.graft.transformer.Owned;
import dev.graft.transformer.RecordedBatch;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Records the stacks of several tasks as one, which reads tables of their tensors. */
final class MixedStack {
  private final HostShape host;
  private final List<Member> members;
  private final RowTables tables;

  /** By position and method the settings so far, each with a task that has them. */
  private final Map<String, Map<Settings, String>> settings = new LinkedHashMap<>();

  /**
   * One task.
   *
   * @param values of {@link Stack#owned()}, in its order
   */
  record Member(String name, Stack stack, List<StoredTensor> values) {
    Member {
      values = List.copyOf(values);
    }

    static Member of(String name, Attachment attachment) {
      Stack stack = attachment.stack();
      return new Member(name, stack, stack.owned().stream().map(attachment::stored).toList());
    }
  }

  private MixedStack(HostShape host, List<Member> members, RowTables tables) {
    this.host = host;
    this.members = List.copyOf(members);
    this.tables = tables;
  }

  /**
   * One stack for all tasks.
   *
   * @param members in the order of their numbers; the first has a head of the layout of all
   * @param tables where their tensors are put
   */
  static Stack of(HostShape host, List<Member> members, RowTables tables) {
    return new MixedStack(host, members, tables).stack();
  }

  private Stack stack() {
    int depth = 0;
    for (int task = 0; task < members.size(); task++) {
      Member member = members.get(task);
      refuse(member);
      refuseOtherSettings(member);
      put(task, member);
      depth = Math.max(depth, member.stack().grafts().size());
    }
    List<DeclaredGraft> grafts = new ArrayList<>();
    for (int position = 0; position < depth; position++) {
      grafts.add(together(position));
    }
    TaskHead largest = members.get(0).stack().head();
    for (Member member : members) {
      TaskHead head = member.stack().head();
      largest = head.outputs() > largest.outputs() ? head : largest;
    }
    DeclaredGraft head =
        new DeclaredGraft(
            "head", (name, shape, type) -> tables.gathered("head/" + name, shape, type));
    largest.layout().declare(head, host.config(), largest.outputs());
    return new Stack(new Grafts(host, grafts), new StackSpec(List.of()), largest, head);
  }

  private static void refuse(Member member) {
    for (StackSpec.Item item : member.stack().spec().items()) {
      if (!item.method().spec().traits().contains(Trait.PER_ROW)) {
        throw GraftException.input(
                "The task '%s' can't share a batch with others: the method '%s' has no parameters of each row.",
                member.name(), item.name())
            .expected("methods with the trait per-row")
            .found("the stack %s", member.stack())
            .remedy("put its rows into a batch of their own");
      }
    }
    for (DeclaredGraft graft : member.stack().grafts()) {
      for (Owned owned : graft.owned()) {
        if (owned.role() == Owned.Role.UNFROZEN) {
          throw GraftException.input(
                  "The task '%s' can't share a batch with others: its method '%s' trained %s, a weight of the host.",
                  member.name(), graft.name(), owned.name())
              .expected("tasks that leave the host's weights as they are")
              .found("the stack %s", member.stack())
              .remedy("put its rows into a batch of their own");
        }
      }
    }
  }

  /** Rows of one method have settings that it allows to share a batch. */
  private void refuseOtherSettings(Member member) {
    for (int position = 0; position < member.stack().grafts().size(); position++) {
      StackSpec.Item item = member.stack().spec().items().get(position);
      Map<Settings, String> known =
          settings.computeIfAbsent(prefix(member, position), key -> new LinkedHashMap<>());
      if (known.putIfAbsent(item.settings(), member.name()) != null) {
        continue;
      }
      for (Map.Entry<Settings, String> other : known.entrySet()) {
        StackSpec.Item theirs = new StackSpec.Item(item.method(), other.getKey());
        if (!mayShare(theirs, item)) {
          throw GraftException.input(
                  "The tasks '%s' and '%s' can't share a batch: '%s' does not allow their settings together.",
                  other.getValue(), member.name(), item.name())
              .line("'%s'".formatted(other.getValue()), differing(theirs, item))
              .line("'%s'".formatted(member.name()), differing(item, theirs))
              .remedy("put their rows into batches of their own");
        }
      }
    }
  }

  /** The settings of one that the other has otherwise. */
  private static String differing(StackSpec.Item one, StackSpec.Item other) {
    Map<String, String> theirs = other.settings().written();
    return one.settings().written().entrySet().stream()
        .filter(setting -> !setting.getValue().equals(theirs.get(setting.getKey())))
        .map(Map.Entry::toString)
        .collect(Collectors.joining(", "));
  }

  private static boolean mayShare(StackSpec.Item one, StackSpec.Item other) {
    try {
      return one.settings().equals(other.settings())
          || (one.method().mayShareBatch(one.settings(), other.settings())
              && one.method().mayShareBatch(other.settings(), one.settings()));
    } catch (RuntimeException | LinkageError e) {
      throw GraftException.thrownByPlugin(
          e, "The method '%s' can't say which settings share a batch.", one.name());
    }
  }

  /** Puts a task's tensors into the tables. */
  private void put(int task, Member member) {
    int next = 0;
    List<DeclaredGraft> grafts = member.stack().all();
    for (int position = 0; position < grafts.size(); position++) {
      boolean head = position == grafts.size() - 1;
      String prefix = head ? "head/" : prefix(member, position);
      for (Owned owned : grafts.get(position).owned()) {
        tables.put(prefix + owned.name(), task, member.values().get(next++));
      }
    }
  }

  private static String prefix(Member member, int position) {
    return (position + 1) + "-" + member.stack().spec().items().get(position).name() + "/";
  }

  /** What all tasks have at one position of their stacks, as one graft. */
  private DeclaredGraft together(int position) {
    DeclaredGraft graft = new DeclaredGraft("mixed tasks");
    Map<Site, List<Integer>> tasks = new LinkedHashMap<>();
    Map<Integer, DeclaredGraft> own = new LinkedHashMap<>();
    for (int task = 0; task < members.size(); task++) {
      Member member = members.get(task);
      if (position < member.stack().grafts().size()) {
        own.put(task, ofEachRow(member, position));
        for (Site site : own.get(task).sites()) {
          tasks.computeIfAbsent(site, s -> new ArrayList<>()).add(task);
        }
      }
    }
    tasks.forEach((site, some) -> put(graft, site, some, own));
    return graft;
  }

  private DeclaredGraft ofEachRow(Member member, int position) {
    String prefix = prefix(member, position);
    DeclaredGraft graft =
        new DeclaredGraft(
            member.stack().grafts().get(position).name(),
            (name, shape, type) -> tables.gathered(prefix + name, shape, type));
    Stack.declare(host, member.stack().spec().items().get(position), graft);
    if (graft.positionShift() != 0) {
      throw GraftException.plugin(
              "'%s' promises parameters of each row and moves positions.", graft.name())
          .expected("positions as the host has them")
          .found("a shift by %d", graft.positionShift())
          .remedy("tell the author of the plugin");
    }
    return graft;
  }

  private void put(
      DeclaredGraft graft, Site site, List<Integer> tasks, Map<Integer, DeclaredGraft> own) {
    if (site instanceof Site.Projection projection) {
      graft.at(projection, new Projections(gate(site, tasks, own, ProjectionIntervention.class)));
    } else if (site instanceof Site.Sublayer sublayer) {
      graft.at(sublayer, new Sublayers(gate(site, tasks, own, SublayerIntervention.class)));
    } else if (site instanceof Site.Block block) {
      graft.at(block, new Sublayers(gate(site, tasks, own, SublayerIntervention.class)));
    } else if (site instanceof Site.Embeddings embeddings) {
      graft.at(embeddings, new Words(gate(site, tasks, own, EmbeddingIntervention.class)));
    } else {
      throw GraftException.plugin(
              "'%s' promises parameters of each row and intervenes at %s.",
              own.get(tasks.get(0)).name(), site.path())
          .expected("projections, sublayers, blocks and embedded tokens")
          .remedy("tell the author of the plugin");
    }
  }

  private <I> RowGate<I> gate(
      Site site, List<Integer> tasks, Map<Integer, DeclaredGraft> own, Class<I> kind) {
    List<RowGate.Member<I>> all = new ArrayList<>();
    for (int task : tasks) {
      DeclaredGraft graft = own.get(task);
      String name = members.get(task).name();
      all.add(new RowGate.Member<>(task, name, graft, graft.interventions(site, kind)));
    }
    return new RowGate<>(site, all, tables);
  }

  private record Projections(RowGate<ProjectionIntervention> gate)
      implements ProjectionIntervention {
    @Override
    public Tensor input(Tensor x, Batch batch) {
      return gate.changed(x, (read, own) -> own.intervention().input(read, of(batch, own.graft())));
    }

    @Override
    public Tensor output(Projected p) {
      AtProjection all = (AtProjection) p;
      return gate.changed(
          p.y(), (y, own) -> own.intervention().output(all.giving(y).of(own.graft())));
    }
  }

  private record Sublayers(RowGate<SublayerIntervention> gate) implements SublayerIntervention {
    @Override
    public Tensor input(Tensor x, Batch batch) {
      return gate.changed(x, (read, own) -> own.intervention().input(read, of(batch, own.graft())));
    }

    @Override
    public Tensor output(State s) {
      AtSublayer all = (AtSublayer) s;
      return gate.changed(
          s.output(), (y, own) -> own.intervention().output(all.giving(y).of(own.graft())));
    }
  }

  private record Words(RowGate<EmbeddingIntervention> gate) implements EmbeddingIntervention {
    @Override
    public Tensor output(Tensor embedded, Batch batch) {
      return gate.changed(
          embedded, (x, own) -> own.intervention().output(x, of(batch, own.graft())));
    }
  }

  /** The batch as a task's own graft sees it. */
  private static Batch of(Batch batch, DeclaredGraft graft) {
    return ((RecordedBatch) batch).of(graft);
  }
}
