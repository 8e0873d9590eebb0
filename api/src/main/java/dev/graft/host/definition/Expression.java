package dev.graft.host.definition;

import java.util.List;

/**
 * A regular expression by what a backtracking matcher can come to try. Oniguruma gives up after ten
 * million steps at one place of a text, and the native library ends the process then.
 */
sealed interface Expression {
  /** How many steps a match may take: some, and some for each letter of the text. */
  record Steps(double fixed, double perLetter) {
    static final Steps ONE = new Steps(1, 0);

    Steps plus(Steps other) {
      return new Steps(fixed + other.fixed, perLetter + other.perLetter);
    }

    Steps times(Steps other) {
      require(perLetter == 0 || other.perLetter == 0);
      return checked(
          new Steps(fixed * other.fixed, fixed * other.perLetter + perLetter * other.fixed));
    }

    static Steps checked(Steps steps) {
      require(steps.fixed <= MOST && steps.perLetter <= MOST_PER_LETTER);
      return steps;
    }
  }

  double MOST = 100_000;
  double MOST_PER_LETTER = 64;

  /** Whether there are texts that it doesn't match. */
  boolean mayFail();

  /**
   * What may be tried.
   *
   * @param again whether what follows may fail, so that all other ways are tried
   */
  Steps steps(boolean again);

  default Steps steps() {
    return Steps.checked(steps(false));
  }

  private static void require(boolean ends) {
    if (!ends) {
      throw new IllegalArgumentException("one that may try too many ways");
    }
  }

  /** A letter, a class of letters or a place. */
  enum Single implements Expression {
    LETTER;

    @Override
    public boolean mayFail() {
      return true;
    }

    @Override
    public Steps steps(boolean again) {
      return Steps.ONE;
    }
  }

  /** One after the other. */
  record Sequence(List<Expression> items) implements Expression {
    @Override
    public boolean mayFail() {
      return items.stream().anyMatch(Expression::mayFail);
    }

    @Override
    public Steps steps(boolean again) {
      Steps all = Steps.ONE;
      boolean behind = again;
      for (int i = items.size() - 1; i >= 0; i--) {
        all = all.times(items.get(i).steps(behind));
        behind |= items.get(i).mayFail();
      }
      return all;
    }
  }

  /** One or the other. */
  record Choice(List<Expression> branches) implements Expression {
    @Override
    public boolean mayFail() {
      return branches.stream().allMatch(Expression::mayFail);
    }

    @Override
    public Steps steps(boolean again) {
      return branches.stream()
          .map(branch -> branch.steps(again))
          .reduce(new Steps(0, 0), Steps::plus);
    }
  }

  /** The same several times. */
  record Repeat(Expression each, int least, int most) implements Expression {
    static final int UNBOUNDED = Integer.MAX_VALUE;

    @Override
    public boolean mayFail() {
      return least > 0 && each.mayFail();
    }

    @Override
    public Steps steps(boolean again) {
      Steps once = each.steps(again);
      boolean isPlain = once.equals(Steps.ONE);
      if (isPlain && !again) {
        return Steps.ONE.plus(Steps.ONE);
      } else if (most == UNBOUNDED && isPlain) {
        return new Steps(1, 1);
      } else if (most == UNBOUNDED) {
        require(!again && once.perLetter() == 0);
        return new Steps(1, once.fixed());
      }
      Steps all = Steps.ONE;
      if (isPlain) {
        return Steps.checked(new Steps(1.0 + most - least, 0));
      }
      for (int i = 0; i < most; i++) {
        all = again ? all.times(once).plus(Steps.ONE) : all.plus(once);
        Steps.checked(all);
      }
      return all;
    }
  }

  /** What is not tried in another way once it matched. */
  record Atom(Expression inner, boolean consumes) implements Expression {
    @Override
    public boolean mayFail() {
      return !consumes || inner.mayFail();
    }

    @Override
    public Steps steps(boolean again) {
      return inner.steps(false);
    }
  }
}
