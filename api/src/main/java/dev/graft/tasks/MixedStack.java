package dev.graft.tasks;

import dev.graft.GraftException;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.SublayerIntervention;
import dev.graft.api.Trait;
import dev.graft.host.HostShape;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.program.Tensor;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Grafts;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records the stacks of several tasks as one, which reads tables of their tensors. */
final class MixedStack {
  private final HostShape host;
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
      Stack stack = attachment.stack();
      return new Member(name, stack, stack.owned().stream().map(attachment::floats).toList());
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
        new DeclaredGraft("head", spec -> tables.gathered("head/" + spec.name(), spec.shape()));
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

  /** Puts a task's tensors into the tables. */
  private void put(int task, Member member) {
    int next = 0;
    List<DeclaredGraft> grafts = member.stack().all();
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
            spec -> tables.gathered(prefix + spec.name(), spec.shape()));
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
