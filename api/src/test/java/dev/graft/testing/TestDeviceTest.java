package dev.graft.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.model.Model;
import dev.graft.program.Device;
import org.junit.jupiter.api.Test;

class TestDeviceTest {
  @Test
  void aTensorThatIsLeftIsAFailureAndIsFreed() {
    TestDevice cpu = new TestDevice();
    Device device = cpu.device();
    device.create("left", new float[] {1}, 1);
    assertThatThrownBy(cpu::close)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("tensors that are left");
    assertThat(device.liveTensors()).isZero();
  }

  @Test
  void whatIsOwnedIsClosedBeforeWhatItStandsOn() {
    try (TestDevice cpu = new TestDevice()) {
      Model model = cpu.load("bert");
      int loaded = cpu.liveTensors();
      cpu.own(() -> assertThat(cpu.liveTensors()).isEqualTo(loaded));
      cpu.own(new TinyHost(model).attach(TinyHost.only(new EmbeddingLoraMethod())));
    }
  }
}
