package dev.graft.harness.measure.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** On the library of C, which every process has. */
class NativeFunctionsTest {
  private static NativeFunctions c() throws NotMeasuredException {
    return NativeFunctions.open("libc.so", "c");
  }

  @Test
  void whatAFunctionReturnsIsItsStatus() throws NotMeasuredException {
    assertThat(c().status("abs", -5)).isEqualTo(5);
    c().call("abs", 0);
    assertThatThrownBy(() -> c().call("abs", -5))
        .isInstanceOf(NotMeasuredException.class)
        .hasMessage("abs gave the status 5");
  }

  @Test
  void whatIsNotThereIsTheReasonOfAReading() {
    assertThat(
            Reading.of(() -> NativeFunctions.open("libgraft-no", "libgraft-no.so.1").status("a")))
        .isEqualTo(Reading.none("there is none of the libraries libgraft-no.so.1"));
    assertThat(Reading.of(() -> c().status("graft_no_function")).written("%.0f", " W"))
        .isEqualTo("not measured: the library has no function graft_no_function");
    assertThat(Reading.of(() -> c().status("abs", -5)).written("%.1f", " W")).isEqualTo("5.0 W");
  }
}
