package dev.graft.lora;

import dev.graft.api.ForeignFormat;
import dev.graft.api.Host;
import dev.graft.api.StoredGraft;
import java.util.Map;

/** PEFT's files of LoRA. */
final class PeftLora implements ForeignFormat {
  @Override
  public Library library() {
    return Library.PEFT;
  }

  @Override
  public boolean reads(Map<String, Object> configuration) {
    return "LORA".equals(configuration.get("peft_type"));
  }

  @Override
  public StoredGraft read(Adapter adapter, Host host) {
    return new PeftLoraReader(adapter, host).read();
  }

  @Override
  public Adapter write(StoredGraft graft, Host host, boolean languageModel) {
    return new PeftLoraWriter(graft, host, languageModel).write();
  }
}
