package dev.graft.harness.store;

import dev.graft.GraftException;

/** What is in a store and not as Graft wrote it: somebody edited it, or its disk failed. */
public final class Damaged {
  private Damaged() {}

  /**
   * A trial that can't be read.
   *
   * @param store its name
   * @param id the trial's number
   * @param found what is wrong
   */
  public static GraftException trial(String store, long id, Object found) {
    return record("Trial", store, id, found)
        .remedy(
            "take the store from a copy, or choose another folder for the output, or another store");
  }

  /**
   * A study that can't be read.
   *
   * @param store its name
   * @param id the study's number
   * @param found what is wrong
   */
  public static GraftException study(String store, long id, Object found) {
    return record("Study", store, id, found)
        .remedy(
            "run the study again with the same output: no trial that is stored is trained again");
  }

  private static GraftException record(String what, String store, long id, Object found) {
    return GraftException.input("%s %s of the store %s can't be used.", what, id, store)
        .expected("a record as this version of Graft writes it")
        .found(found);
  }
}
