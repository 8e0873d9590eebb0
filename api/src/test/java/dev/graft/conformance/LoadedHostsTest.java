package dev.graft.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.conformance.LoadedHosts.Loaded;
import dev.graft.model.Model;
import dev.graft.program.Device;
import dev.graft.program.Value;
import org.junit.jupiter.api.Test;

class LoadedHostsTest {
  private static final Model.Options PLAIN = Model.Options.DEFAULT.withDropout(0);

  @Test
  void aHostServesTheNextCheckThatAsksForTheSameAndNoOtherAtATime() {
    try (LoadedHosts hosts = new LoadedHosts()) {
      Loaded one = hosts.take("bert", PLAIN);
      Loaded other = hosts.take("bert", PLAIN);
      assertThat(other).isNotSameAs(one);
      hosts.giveBack(one);
      hosts.giveBack(other);
      assertThat(hosts.take("bert", Model.Options.DEFAULT)).isNotSameAs(one);
      assertThat(hosts.take("bert", PLAIN)).isSameAs(one);
      hosts.giveBack(one);
      hosts.take("llama", PLAIN);
      assertThat(hosts.take("bert", PLAIN)).isNotSameAs(one);
    }
  }

  @Test
  void aHostThatACheckChangesServesNoOther() {
    try (LoadedHosts hosts = new LoadedHosts()) {
      Loaded changed = hosts.take("bert", PLAIN);
      Value weight = changed.model().base().values().get(0);
      try (Value zeros =
          changed.model().device().create("zeros", new float[60 * 16], weight.shape())) {
        weight.copyFrom(zeros);
      }
      hosts.giveBack(changed);

      Loaded next = hosts.take("bert", PLAIN);
      assertThat(next).isNotSameAs(changed);
      assertThat(next.model().copyWeights().values().iterator().next())
          .isNotEqualTo(new float[60 * 16]);
    }
  }

  @Test
  void nothingIsLeftWhereAllChecksHaveRun() {
    int before = Device.liveTensorsInAll();
    Conformance kit = Conformance.of(new GivenMethod(GivenMethod.gain()));
    kit.verify();
    assertThat(Device.liveTensorsInAll()).isEqualTo(before);
    kit.checks().get(kit.checks().size() - 1).run(); // once more, by itself
    assertThat(Device.liveTensorsInAll()).isEqualTo(before);
  }
}
