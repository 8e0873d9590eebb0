package dev.graft.transformer;

import dev.graft.GraftException;
import dev.graft.api.Site;
import dev.graft.host.HostShape;
import dev.graft.methods.StackSpec;
import dev.graft.program.Scope;
import dev.graft.program.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Several grafts on one host, in order, and the task head that goes with them. No values. */
public final class Stack {
  private final Grafts placed;
  private final StackSpec spec;
  private final TaskHead head;
  private final DeclaredGraft headGraft;

  /**
   * A stack of grafts that are declared already.
   *
   * @param spec of the grafts; empty where no method of its own declared them
   * @param headGraft what the head declared
   * @throws GraftException if two grafts train one weight of the host
   */
  public Stack(Grafts placed, StackSpec spec, TaskHead head, DeclaredGraft headGraft) {
    this.placed = placed;
    this.spec = spec;
    this.head = head;
    this.headGraft = headGraft;
    Set<String> unfrozen = new HashSet<>();
    for (DeclaredGraft graft : placed.list()) {
      for (Owned owned : graft.owned()) {
        if (owned.role() == Owned.Role.UNFROZEN && !unfrozen.add(owned.name())) {
          throw GraftException.input(
                  "Two grafts of the stack '%s' unfreeze %s.", spec, owned.name())
              .expected("one graft that trains a tensor")
              .remedy("leave it out of one of them");
        }
      }
    }
  }

  /**
   * {@return the stack of methods on a host}
   *
   * @param host which need not be loaded
   * @param spec the methods in order; none for the host alone
   * @param head made for the host
   * @throws GraftException if settings don't fit the host, or a method fails
   */
  public static Stack of(HostShape host, StackSpec spec, TaskHead head) {
    List<DeclaredGraft> grafts = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (StackSpec.Item item : spec.items()) {
      String name = item.name();
      for (int number = 2; !taken.add(name); number++) {
        name = item.name() + "-" + number;
      }
      DeclaredGraft graft = new DeclaredGraft(name);
      declare(host, item, graft);
      refuseOneWeightTwice(host, graft);
      grafts.add(graft);
    }
    return new Stack(new Grafts(host, grafts), spec, head, head.declare(host));
  }

  /** Has a method declare what it adds to a host. */
  public static void declare(HostShape host, StackSpec.Item item, DeclaredGraft graft) {
    try {
      // Penalties and changes after a step are recorded here.
      Scope.within(
          graft.name(),
          () -> {
            item.method().graft(host, item.settings(), graft);
            graft.close();
            return graft;
          });
    } catch (GraftException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw GraftException.thrownByPlugin(
          e, "The method '%s' could not be put on the %s host.", item.name(), host.architecture());
    }
  }

  /** One physical weight has one site per graft: a fused projection or its parts. */
  private static void refuseOneWeightTwice(HostShape host, DeclaredGraft graft) {
    for (Site site : graft.sites()) {
      if (site instanceof Site.Projection part && host.slice(part).isPresent()) {
        Site.Projection fused = host.slice(part).get().fused();
        if (graft.sites().contains(fused)) {
          throw GraftException.input(
                  "'%s' acts on %s and on %s, which are one weight.",
                  graft.name(), fused.path(), part.path())
              .expected("the fused projection or its parts, not both");
        }
      }
    }
  }

  /** {@return this stack, reading the same tensors, with grafts in front that own none} */
  public Stack behind(List<DeclaredGraft> front) {
    return new Stack(placed.behind(front), spec, head, headGraft);
  }

  /** {@return the host that the methods are put on} */
  public HostShape host() {
    return placed.host();
  }

  /** {@return the methods and settings, in order} */
  public StackSpec spec() {
    return spec;
  }

  /** {@return the task head} */
  public TaskHead head() {
    return head;
  }

  /** {@return the methods' grafts, in order} */
  public List<DeclaredGraft> grafts() {
    return placed.list();
  }

  /** {@return the grafts where they stand on the host: what passes are recorded from} */
  public Grafts placed() {
    return placed;
  }

  /** {@return the graft that holds the task head's parameters} */
  public DeclaredGraft headGraft() {
    return headGraft;
  }

  /** {@return the grafts and then the head} */
  public List<DeclaredGraft> all() {
    return Stream.concat(placed.list().stream(), Stream.of(headGraft)).toList();
  }

  /**
   * {@return all tensors of the grafts and then the head: the order in which programs read them}
   */
  public List<Owned> owned() {
    return all().stream().flatMap(graft -> graft.owned().stream()).toList();
  }

  /** {@return what programs read for {@link #owned()}} */
  public List<Tensor> leaves() {
    return owned().stream().map(Owned::leaf).toList();
  }

  /**
   * {@return a name of its own for each of {@link #owned()}: its plain one, or after its graft's
   * where an earlier graft has one of that name}
   */
  public List<String> names() {
    Set<String> taken = new LinkedHashSet<>();
    for (DeclaredGraft graft : all()) {
      for (Owned owned : graft.owned()) {
        if (!taken.add(owned.name())) {
          taken.add(graft.name() + "/" + owned.name());
        }
      }
    }
    return List.copyOf(taken);
  }

  /** {@return which of the grafts declared a tensor} */
  public DeclaredGraft graftOf(Owned owned) {
    return all().stream().filter(graft -> graft.owned().contains(owned)).findFirst().orElseThrow();
  }

  /** {@return the number of elements that the methods train} */
  public long methodCount() {
    return placed.list().stream().mapToLong(DeclaredGraft::trainedCount).sum();
  }

  /** {@return the number of elements of the task head} */
  public long headCount() {
    return headGraft.trainedCount();
  }

  @Override
  public String toString() {
    return spec.toString();
  }
}
