package dev.graft.checkpoint.pickle;

import java.util.Optional;

/** The operations of pickles, by their codes; of all but a few the name is all that is known. */
enum Operation {
  // What plain tensors are made of.
  BININT('J'),
  BININT1('K'),
  BININT2('M'),
  LONG1(0x8a),
  BINSTRING('T'),
  SHORT_BINSTRING('U'),
  NONE('N'),
  NEWTRUE(0x88),
  NEWFALSE(0x89),
  SHORT_BINUNICODE(0x8c),
  BINUNICODE('X'),
  BINUNICODE8(0x8d),
  BINFLOAT('G'),
  EMPTY_LIST(']'),
  APPEND('a'),
  APPENDS('e'),
  EMPTY_TUPLE(')'),
  TUPLE('t'),
  TUPLE1(0x85),
  TUPLE2(0x86),
  TUPLE3(0x87),
  EMPTY_DICT('}'),
  SETITEM('s'),
  SETITEMS('u'),
  MARK('('),
  BINGET('h'),
  LONG_BINGET('j'),
  BINPUT('q'),
  LONG_BINPUT('r'),
  MEMOIZE(0x94),
  GLOBAL('c'),
  STACK_GLOBAL(0x93),
  REDUCE('R'),
  BUILD('b'),
  PROTO(0x80),
  STOP('.'),
  FRAME(0x95),
  BINPERSID('Q'),

  // What is refused: calls and objects of every other kind, and what torch.save does not write.
  INT('I'),
  LONG('L'),
  LONG4(0x8b),
  STRING('S'),
  BINBYTES('B'),
  SHORT_BINBYTES('C'),
  BINBYTES8(0x8e),
  BYTEARRAY8(0x96),
  NEXT_BUFFER(0x97),
  READONLY_BUFFER(0x98),
  UNICODE('V'),
  FLOAT('F'),
  LIST('l'),
  DICT('d'),
  EMPTY_SET(0x8f),
  ADDITEMS(0x90),
  FROZENSET(0x91),
  POP('0'),
  DUP('2'),
  POP_MARK('1'),
  GET('g'),
  PUT('p'),
  EXT1(0x82),
  EXT2(0x83),
  EXT4(0x84),
  INST('i'),
  OBJ('o'),
  NEWOBJ(0x81),
  NEWOBJ_EX(0x92),
  PERSID('P');

  private static final Operation[] BY_CODE = new Operation[256];

  static {
    for (Operation each : values()) {
      BY_CODE[each.code] = each;
    }
  }

  private final int code;

  Operation(int code) {
    this.code = code;
  }

  /** The operation of a code, if it is one at all. */
  static Optional<Operation> of(int code) {
    return Optional.ofNullable(BY_CODE[code]);
  }
}
