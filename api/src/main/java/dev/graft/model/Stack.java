package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.api.Graft;
import dev.graft.api.Owned;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.api.StackSpec;
import dev.graft.program.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Several grafts on one host, in order, and the task head that goes with them. No values. */
public final class Stack {
  private final Transformer host;
  private final StackSpec spec;
  private final Head head;
  private final List<Graft> grafts;
  private final Graft headGraft;

  private Stack(Transformer host, StackSpec spec, Head head, List<Graft> grafts, Graft headGraft) {
    this.host = host;
    this.spec = spec;
    this.head = head;
    this.grafts = List.copyOf(grafts);
    this.headGraft = headGraft;
    Set<String> unfrozen = new HashSet<>();
    for (Graft graft : grafts) {
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

  /** One physical weight has one site per graft: a fused projection or its parts. */
  private static void refuseOneWeightTwice(Transformer host, Graft graft) {
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

  /**
   * {@return the stack of methods on a host}
   *
   * @param host which need not be loaded
   * @param spec the methods in order; none for the host alone
   * @param head made for the host
   * @throws GraftException if settings don't fit the host, or a method fails
   */
  public static Stack of(Transformer host, StackSpec spec, Head head) {
    List<Graft> grafts = new ArrayList<>();
    for (StackSpec.Item item : spec.items()) {
      String name = item.method().name();
      long same =
          grafts.stream().filter(g -> g.name().replaceFirst("-\\d+$", "").equals(name)).count();
      Graft graft = new Graft(same == 0 ? name : name + "-" + (same + 1));
      record(host, item, graft);
      refuseOneWeightTwice(host, graft);
      grafts.add(graft);
    }
    return new Stack(host, spec, head, grafts, head.declare(host));
  }

  /** Has a method declare what it adds to a host. */
  static void record(Transformer host, StackSpec.Item item, Graft graft) {
    try {
      item.method().graft(host, item.settings(), graft);
    } catch (GraftException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw GraftException.thrownByPlugin(
          e,
          "The method '%s' could not be put on the %s host.",
          item.method().name(),
          host.architecture());
    }
  }

  /** A stack of grafts that no method of its own declared. */
  static Stack of(Transformer host, Head head, List<Graft> grafts, Graft headGraft) {
    return new Stack(host, new StackSpec(List.of()), head, grafts, headGraft);
  }

  /** This stack, reading the same tensors, with grafts in front that own none. */
  Stack behind(List<Graft> front) {
    List<Graft> all = new ArrayList<>(front);
    all.addAll(grafts);
    return new Stack(host, spec, head, all, headGraft);
  }

  /** {@return the host that the methods are put on} */
  public Transformer host() {
    return host;
  }

  /** {@return the methods and settings, in order} */
  public StackSpec spec() {
    return spec;
  }

  /** {@return the task head} */
  public Head head() {
    return head;
  }

  /** {@return the methods' grafts, in order} */
  public List<Graft> grafts() {
    return grafts;
  }

  /** {@return the graft that holds the task head's parameters} */
  public Graft headGraft() {
    return headGraft;
  }

  /**
   * {@return all tensors of the grafts and then the head: the order in which programs read them}
   */
  public List<Owned> owned() {
    return all().flatMap(graft -> graft.owned().stream()).toList();
  }

  /**
   * A name of its own for each of {@link #owned()}: its plain one, or after its graft's where an
   * earlier graft has one of that name.
   */
  List<String> names() {
    Set<String> taken = new LinkedHashSet<>();
    all()
        .forEach(
            graft ->
                graft
                    .owned()
                    .forEach(
                        owned -> {
                          if (!taken.add(owned.name())) {
                            taken.add(graft.name() + "/" + owned.name());
                          }
                        }));
    return List.copyOf(taken);
  }

  List<Tensor> leaves() {
    return owned().stream().map(Owned::leaf).toList();
  }

  Stream<Graft> all() {
    return Stream.concat(grafts.stream(), Stream.of(headGraft));
  }

  /** Which of the grafts declared a tensor. */
  Graft graftOf(Owned owned) {
    return all().filter(graft -> graft.owned().contains(owned)).findFirst().orElseThrow();
  }

  /** {@return the number of elements that the methods train} */
  public long methodCount() {
    return grafts.stream().mapToLong(Graft::trainedCount).sum();
  }

  /** {@return the number of elements of the task head} */
  public long headCount() {
    return headGraft.trainedCount();
  }

  int positionShift() {
    return grafts.stream().mapToInt(Graft::positionShift).sum();
  }

  /** What programs read for a weight of the host. */
  Tensor resolved(String parameter, Tensor weight) {
    return grafts.stream()
        .map(graft -> graft.unfrozen(parameter))
        .flatMap(Optional::stream)
        .map(Owned::leaf)
        .findFirst()
        .orElse(weight);
  }

  /** The host's map at a projection, with unfrozen weights in the place of its own. */
  Affine resolved(Site.Projection site) {
    Optional<Transformer.Slice> slice = host.slice(site);
    if (slice.isPresent()) {
      return slice.get().of(resolved(slice.get().fused()));
    }
    return new Affine(resolved(site.weight()), site.bias().map(this::resolved));
  }

  /** The projection that holds a projection's weight: itself unless it is a part of a fused one. */
  Site.Projection owner(Site.Projection site) {
    return host.slice(site).map(Transformer.Slice::fused).orElse(site);
  }

  private Tensor resolved(Tensor weight) {
    return resolved(weight.name(), weight);
  }

  <T> List<Placed<T>> interventions(Site site, Class<T> kind) {
    return grafts.stream()
        .flatMap(g -> g.interventions(site, kind).stream().map(i -> new Placed<>(g, i)))
        .toList();
  }

  @Override
  public String toString() {
    return spec.toString();
  }
}
