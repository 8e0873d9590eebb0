package dev.graft.lora;

/** What becomes of a head that is the token table when either is trained. */
enum WeightTying {
  /** They stay one weight if it is trained whole; an update is of the targeted one alone. */
  MODULES_TO_SAVE,
  /** They go apart: each is trained if it is named itself. PEFT, unless ensure_weight_tying. */
  NONE,
  /** They stay one weight, trained whole or updated: PEFT's ensure_weight_tying. */
  ALL
}
