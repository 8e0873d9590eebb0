package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceTest {
  @Test
  void autoIsTheFirstGpuWhereThereIsOneAndElseTheProcessor() {
    assertThat(Device.resolved("auto", 0)).isEqualTo("cpu");
    assertThat(Device.resolved("auto", 2)).isEqualTo("gpu:0");
    assertThat(Device.resolved("gpu:1", 2)).isEqualTo("gpu:1");
    assertThat(Device.resolved("cpu", 2)).isEqualTo("cpu");
  }

  @Test
  void whatAutoIsResolvedToIsTheDeviceThatItNames() {
    try (Device device = Device.named("auto")) {
      assertThat(Device.resolved("auto")).isEqualTo(device.name());
    }
  }
}
