package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.api.Graft;
import dev.graft.api.Owned;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.StackSpec;
import dev.graft.api.SublayerIntervention;
import dev.graft.api.Trait;
import dev.graft.program.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records the stacks of several tasks as one, which reads tables of their tensors. */
final class MixedStack {
  private final Transformer host;
  private final List<Member> members;
  private final RowTables tables;

  /**
   * One task.
   *
   * @param values of {@link Stack#owned()}, in its order
   */
  record Member(String name, Stack stack, List<float[]> values) {
    Member {
      values = List.copyOf(values);
    }

    static Member of(String name, Attachment attachment) {
      List<float[]> values = new ArrayList<>();
      attachment.values().forEach(value -> values.add(value.floats()));
      return new Member(name, attachment.stack(), values);
    }
  }

  private MixedStack(Transformer host, List<Member> members, RowTables tables) {
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
  static Stack of(Transformer host, List<Member> members, RowTables tables) {
    return new MixedStack(host, members, tables).stack();
  }

  private Stack stack() {
    int depth = 0;
    for (int task = 0; task < members.size(); task++) {
      Member member = members.get(task);
      refuse(member);
      put(task, member);
      depth = Math.max(depth, member.stack().grafts().size());
    }
    List<Graft> grafts = new ArrayList<>();
    for (int position = 0; position < depth; position++) {
      grafts.add(together(position));
    }
    Head largest = members.get(0).stack().head();
    for (Member member : members) {
      Head head = member.stack().head();
      largest = head.outputs() > largest.outputs() ? head : largest;
    }
    Graft head = new Graft("head", spec -> tables.gathered("head/" + spec.name(), spec.shape()));
    largest.layout().declare(head, host.config(), largest.outputs());
    return Stack.of(host, largest, grafts, head);
  }

  private static void refuse(Member member) {
    for (StackSpec.Item item : member.stack().spec().items()) {
      if (!item.method().traits().contains(Trait.PER_ROW)) {
        throw GraftException.input(
                "The task '%s' can't share a batch with others: the method '%s' has no parameters of each row.",
                member.name(), item.method().name())
            .expected("methods with the trait per-row")
            .found("the stack %s", member.stack())
            .remedy("put its rows into a batch of their own");
      }
    }
    for (Graft graft : member.stack().grafts()) {
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

  /** Puts a task's tensors into the tables. */
  private void put(int task, Member member) {
    int next = 0;
    List<Graft> grafts = member.stack().all().toList();
    for (int position = 0; position < grafts.size(); position++) {
      boolean head = position == grafts.size() - 1;
      String prefix = head ? "head/" : prefix(member, position);
      for (Owned owned : grafts.get(position).owned()) {
        float[] numbers = member.values().get(next++);
        tables.put(prefix + owned.name(), task, owned.spec().shape(), numbers);
      }
    }
  }

  private static String prefix(Member member, int position) {
    return (position + 1) + "-" + member.stack().spec().items().get(position).method().name() + "/";
  }

  /** What all tasks have at one position of their stacks, as one graft. */
  private Graft together(int position) {
    Graft graft = new Graft("mixed tasks");
    Map<Site, List<Integer>> tasks = new LinkedHashMap<>();
    Map<Integer, Graft> own = new LinkedHashMap<>();
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

  private Graft ofEachRow(Member member, int position) {
    String prefix = prefix(member, position);
    Graft graft =
        new Graft(
            member.stack().grafts().get(position).name(),
            spec -> tables.gathered(prefix + spec.name(), spec.shape()));
    Stack.record(host, member.stack().spec().items().get(position), graft);
    if (graft.positionShift() != 0) {
      throw GraftException.plugin(
              "'%s' promises parameters of each row and moves positions.", graft.name())
          .expected("positions as the host has them")
          .found("a shift by %d", graft.positionShift())
          .remedy("tell the author of the plugin");
    }
    return graft;
  }

  private void put(Graft graft, Site site, List<Integer> tasks, Map<Integer, Graft> own) {
    if (site instanceof Site.Projection projection) {
      graft.at(projection, new Projections(gate(site, tasks, own, ProjectionIntervention.class)));
    } else if (site instanceof Site.Sublayer sublayer) {
      graft.at(sublayer, sublayers(gate(site, tasks, own, SublayerIntervention.class)));
    } else if (site instanceof Site.Block block) {
      graft.at(block, sublayers(gate(site, tasks, own, SublayerIntervention.class)));
    } else {
      throw GraftException.plugin(
              "'%s' promises parameters of each row and intervenes at %s.",
              own.get(tasks.get(0)).name(), site.path())
          .expected("projections, sublayers and blocks")
          .remedy("tell the author of the plugin");
    }
  }

  private <I> RowGate<I> gate(
      Site site, List<Integer> tasks, Map<Integer, Graft> own, Class<I> kind) {
    List<RowGate.Own<I>> all = new ArrayList<>();
    for (int task : tasks) {
      Graft graft = own.get(task);
      String name = members.get(task).name();
      all.add(new RowGate.Own<>(task, name, graft, graft.interventions(site, kind)));
    }
    return new RowGate<>(site, all, tables);
  }

  private record Projections(RowGate<ProjectionIntervention> gate)
      implements ProjectionIntervention {
    @Override
    public Tensor input(Tensor x) {
      return gate.changed(x, (before, each) -> each.input(before));
    }

    @Override
    public Tensor output(Projected p) {
      return gate.changed(
          p.y(),
          (y, each) ->
              each.output(new Projected(p.x(), p.linear(), p.bias(), y, p.weight(), p.batch())));
    }
  }

  private static SublayerIntervention sublayers(RowGate<SublayerIntervention> gate) {
    return s ->
        gate.changed(
            s.output(),
            (y, each) ->
                each.output(
                    new SublayerIntervention.State(
                        s.residual(), s.input(), y, s.norm(), s.batch())));
  }
}
