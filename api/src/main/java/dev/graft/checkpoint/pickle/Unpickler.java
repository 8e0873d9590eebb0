package dev.graft.checkpoint.pickle;

import dev.graft.GraftException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a pickle that describes tensors. A pickle is a program for a machine with a stack; this
 * machine can put on its stack texts, numbers, lists, tuples, dicts, storages and tensors, all of
 * them values of this package or of {@code java.util}. A name is looked up in {@link KnownName} and
 * nowhere else, and every {@link Operation} without a case here is refused.
 *
 * <p>It never recurses and follows no value into another one, so neither depth nor cycles nor
 * values that share values can exhaust it; what it holds grows with the operations it has read, of
 * which it reads a limited number.
 */
final class Unpickler {
  /** Python's None. */
  static final Object NONE = Constant.NONE;

  private enum Constant {
    NONE
  }

  /** Tensors take some thirty each. */
  private static final int MOST_OPERATIONS = 1 << 22;

  private static final int LATEST_PROTOCOL = 5;

  /** What {@code state_dict} hangs on its dict: the versions of the modules. */
  private static final String METADATA = "_metadata";

  private final PickleInput in;
  private final Refusals refusals;
  private final List<Object> stack = new ArrayList<>();

  /** How high the stack was at each open mark. */
  private final Deque<Integer> marks = new ArrayDeque<>();

  private final Map<Long, Object> memo = new HashMap<>();
  private final Map<String, Storage> storages = new LinkedHashMap<>();

  /** Where the current operation begins. */
  private int position;

  Unpickler(PickleInput in, Refusals refusals) {
    this.in = in;
    this.refusals = refusals;
  }

  /** The storages that have been named, by their keys. */
  Map<String, Storage> storages() {
    return storages;
  }

  /** Reads up to the end of one pickle, and gives the value that it describes. */
  Object read() {
    for (int count = 0; count < MOST_OPERATIONS; count++) {
      position = in.position();
      Operation operation = operation(in.unsignedByte());
      if (operation == Operation.STOP) {
        Object result = pop();
        if (!stack.isEmpty() || !marks.isEmpty()) {
          throw misused("one value at its end", "more than one");
        }
        return result;
      }
      perform(operation);
    }
    throw forbidden("more than %s operations".formatted(MOST_OPERATIONS));
  }

  private Operation operation(int code) {
    Optional<Operation> operation = Operation.of(code);
    if (operation.isEmpty()) {
      throw misused(
          "an operation", "0x" + HexFormat.of().toHexDigits((byte) code) + ", which is none");
    }
    return operation.get();
  }

  private void perform(Operation operation) {
    switch (operation) {
      case PROTO -> checkProtocol(in.unsignedByte());
      case FRAME -> in.signedLong();
      case NONE -> push(NONE);
      case NEWTRUE -> push(true);
      case NEWFALSE -> push(false);
      case BININT -> push((long) in.signedInt());
      case BININT1 -> push((long) in.unsignedByte());
      case BININT2 -> push((long) in.unsignedShort());
      case LONG1 -> push(in.wholeNumber(in.unsignedByte()));
      case BINFLOAT -> push(in.bigEndianDouble());
      case SHORT_BINSTRING, SHORT_BINUNICODE -> push(in.text(in.unsignedByte()));
      case BINSTRING, BINUNICODE -> push(in.text(in.unsignedInt()));
      case BINUNICODE8 -> push(in.text(in.signedLong()));
      case MARK -> marks.push(stack.size());
      case EMPTY_TUPLE -> push(new Tuple(List.of()));
      case TUPLE1 -> push(new Tuple(pop(1)));
      case TUPLE2 -> push(new Tuple(pop(2)));
      case TUPLE3 -> push(new Tuple(pop(3)));
      case TUPLE -> push(new Tuple(popToMark()));
      case EMPTY_LIST -> push(new ArrayList<>());
      case APPEND -> append(pop(1));
      case APPENDS -> append(popToMark());
      case EMPTY_DICT -> push(new LinkedHashMap<>());
      case SETITEM -> put(pop(2));
      case SETITEMS -> put(popToMark());
      case BINPUT -> memo.put((long) in.unsignedByte(), top());
      case LONG_BINPUT -> memo.put(in.unsignedInt(), top());
      case MEMOIZE -> memo.put((long) memo.size(), top());
      case BINGET -> push(remembered(in.unsignedByte()));
      case LONG_BINGET -> push(remembered(in.unsignedInt()));
      case GLOBAL -> push(known(in.line(), in.line()));
      case STACK_GLOBAL -> push(known(pop(2)));
      case REDUCE -> push(made(pop(2)));
      case BUILD -> state(pop());
      case BINPERSID -> push(storage(pop()));
      default -> throw forbidden("the operation " + operation);
    }
  }

  private void checkProtocol(int protocol) {
    if (protocol < 2 || protocol > LATEST_PROTOCOL) {
      throw misused("a protocol from 2 to " + LATEST_PROTOCOL, "protocol " + protocol);
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() {
    return pop(1).get(0);
  }

  /** Takes values off the stack, in the order in which they were put there. */
  private List<Object> pop(int count) {
    int bottom = marks.isEmpty() ? 0 : marks.peek();
    if (stack.size() - bottom < count) {
      throw misused(count + " values on the stack", stack.size() - bottom + " of them");
    }
    List<Object> top = stack.subList(stack.size() - count, stack.size());
    List<Object> popped = List.copyOf(top);
    top.clear();
    return popped;
  }

  private List<Object> popToMark() {
    if (marks.isEmpty()) {
      throw misused("a mark on the stack", "none");
    }
    List<Object> popped = pop(stack.size() - marks.peek());
    marks.pop();
    return popped;
  }

  private Object top() {
    Object top = pop();
    push(top);
    return top;
  }

  private Object remembered(long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw misused("a value that is remembered", "number " + index + ", which is not");
    }
    return value;
  }

  @SuppressWarnings("unchecked") // All lists and dicts are made here, of objects.
  private void append(List<Object> values) {
    if (!(top() instanceof List<?> list)) {
      throw misused("a list to append to", Refusals.kind(top()));
    }
    ((List<Object>) list).addAll(values);
  }

  @SuppressWarnings("unchecked")
  private void put(List<Object> pairs) {
    if (!(top() instanceof Map<?, ?> dict) || pairs.size() % 2 != 0) {
      throw misused(
          "a dict and pairs to put in",
          Refusals.kind(top()) + " and %s values".formatted(pairs.size()));
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      Object key = pairs.get(i);
      if (!(key instanceof String || key instanceof Long)) {
        throw misused("a text or a number as a dict's key", Refusals.kind(key));
      }
      if (((Map<Object, Object>) dict).put(key, pairs.get(i + 1)) != null) {
        throw misused("each key of a dict once", Refusals.kind(key) + " twice");
      }
    }
  }

  private Object known(List<Object> names) {
    if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
      throw misused("the texts of a name", names.stream().map(Refusals::kind).toList().toString());
    }
    return known(module, name);
  }

  private Object known(String module, String name) {
    String whole = module + "." + name;
    Optional<Object> known = KnownName.of(whole);
    if (known.isEmpty()) {
      throw forbidden("the name '%s'".formatted(whole));
    }
    return known.get();
  }

  private Object made(List<Object> call) {
    if (!(call.get(0) instanceof KnownName name) || !(call.get(1) instanceof Tuple arguments)) {
      throw misused("the call of a name", Refusals.kind(call.get(0)));
    }
    Optional<Object> made = name.of(arguments);
    if (made.isEmpty()) {
      List<String> given = arguments.values().stream().limit(8).map(Refusals::kind).toList();
      throw forbidden("the call of '%s' with %s".formatted(name, given));
    }
    return made.get();
  }

  /** Forgets what hangs on a dict; nothing else may have anything. */
  private void state(Object state) {
    if (!(top() instanceof Map) || !(state instanceof Map<?, ?> attributes)) {
      throw forbidden("the operation BUILD on " + Refusals.kind(top()));
    }
    for (Object name : attributes.keySet()) {
      if (!name.equals(METADATA)) {
        throw forbidden("the operation BUILD with " + Refusals.kind(name));
      }
    }
  }

  private Storage storage(Object id) {
    if (id instanceof Tuple tuple
        && (tuple.values().size() == 5 || tuple.values().size() == 6)
        && tuple.values().get(0).equals("storage")
        && tuple.values().get(1) instanceof StorageType type
        && tuple.values().get(2) instanceof String key
        && tuple.values().get(3) instanceof String
        && tuple.values().get(4) instanceof Long elements
        && tuple.values().subList(5, tuple.values().size()).stream().allMatch(v -> v == NONE)) {
      return storage(new Storage(key, type, elements));
    }
    throw forbidden("a persistent id that is no whole storage's");
  }

  private Storage storage(Storage named) {
    if (named.elements() < 0 || named.elements() > Long.MAX_VALUE / named.type().width()) {
      throw misused("a number of elements", "" + named.elements());
    }
    Storage before = storages.putIfAbsent(named.key(), named);
    if (before != null && !before.equals(named)) {
      throw misused("one type and size of storage '%s'".formatted(named.key()), "two");
    }
    return named;
  }

  private GraftException forbidden(String found) {
    return refusals.forbidden(found, position);
  }

  private GraftException misused(String expected, String found) {
    return refusals.misused(expected, found, position);
  }
}
