package dev.graft.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.GraftException;
import dev.graft.conformance.TinyHosts;
import dev.graft.files.JsonFile;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ConfigurationKeysTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          bert      ; 'position_embedding_type': 'relative_key'
          bert      ; 'is_decoder': true
          bert      ; 'rope_theta': 10000
          bert      ; 'pruned_heads': {'0': [1]}
          bert      ; 'auto_map': {'AutoModel': 'modeling.Model'}
          roberta   ; 'add_cross_attention': true
          distilbert; 'type_vocab_size': 2
          deberta-v2; 'attention_head_size': 64
          gpt2      ; 'scale_attn_weights': false
          gpt2      ; 'scale_attn_by_inverse_layer_idx': true
          gpt2      ; 'num_key_value_heads': 1
          gpt2      ; 'is_causal': false
          llama     ; 'sliding_window': 4096
          llama     ; 'partial_rotary_factor': 0.5
          llama     ; 'rope_parameters': {'partial_rotary_factor': 0.5}
          llama     ; 'rope_parameters': {'full_attention': {'rope_type': 'default'}}
          llama     ; 'logit_scale': 0.0625
          llama     ; 'num_local_experts': 8
          mistral   ; 'attention_bias': true
          mistral   ; 'layer_types': ['full_attention', 'sliding_attention']
          qwen2     ; 'mlp_bias': true
          qwen2     ; 'use_qk_norm': true
          """)
  void aKeyThatChangesThePassIsRefused(String host, String entry) {
    assertThatThrownBy(() -> HostShape.of(config(host, entry)))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining(entry.substring(1, entry.indexOf('\'', 1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          bert      ; 'position_embedding_type': 'absolute', 'is_decoder': false, 'pruned_heads': {}
          bert      ; 'pooler_type': 'first_token_transform', 'gradient_checkpointing': false, 'rope_scaling': null
          bert      ; 'auto_map': {'AutoConfig': 'configuration.Config'}, 'attention_dropout': 0.1
          roberta   ; 'attention_bias': false, 'made_by': 'us', 'top_p': 0.9
          deberta-v2; 'attention_head_size': 8, 'legacy': true, 'vocab_type': 'spm'
          gpt2      ; 'n_ctx': 1024, 'reorder_and_upcast_attn': true, 'summary_type': 'mean'
          llama     ; 'pretraining_tp': 2, 'sliding_window': null, 'use_sliding_window': false
          llama     ; 'rope_interleaved': false, 'partial_rotary_factor': 1.0, 'num_local_experts': 0
          mistral   ; 'attention_bias': false, 'max_window_layers': 28
          qwen2     ; 'use_mrope': false, 'logits_scaling': 1.0
          """)
  void aKeyThatChangesNothingIsIgnored(String host, String entries) {
    assertThat(HostShape.of(config(host, entries)).config())
        .isEqualTo(HostShape.of(TinyHosts.config(host)).config());
  }

  /** By the aliases of transformers' configurations, which count before the names. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          gpt2      ; 'hidden_size': 32, 'n_embd': 16
          distilbert; 'hidden_size': 32
          """)
  void otherNamesAreUnderstood(String host, String entries) {
    assertThat(HostShape.of(config(host, entries)).config().width()).isEqualTo(32);
  }

  /** Sliding windows of the two blocks. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          mistral; 'sliding_window': 3                                                     ; 3 3
          mistral; 'sliding_window': null                                                  ; 0 0
          qwen2  ; 'sliding_window': 3                                                     ; 0 0
          qwen2  ; 'sliding_window': 3, 'use_sliding_window': true, 'max_window_layers': 1 ; 0 3
          qwen2  ; 'sliding_window': 3, 'use_sliding_window': true                         ; 0 0
          qwen2  ; 'sliding_window': 3, 'use_sliding_window': true, 'layer_types': ['sliding_attention', 'full_attention']; 3 0
          """)
  void windowsAreThoseOfTransformers(String host, String entries, String windows) {
    assertThat(HostShape.of(config(host, entries)).config().attention().windows())
        .extracting(String::valueOf)
        .containsExactly(windows.split(" ", -1));
  }

  @ParameterizedTest
  @MethodSource("dev.graft.conformance.TinyHosts#names")
  void notesAreTold(String host) {
    assertThat(Architecture.unreadKeys(config(host, "'made_by': 'us', 'dtype': 'float32'")))
        .containsExactly("made_by");
  }

  private static JsonFile config(String host, String entries) {
    JsonObject config = TinyHosts.config(host).json().deepCopy();
    JsonParser.parseString("{" + entries.replace('\'', '"') + "}")
        .getAsJsonObject()
        .asMap()
        .forEach(config::add);
    return new JsonFile(Path.of("config.json"), config);
  }
}
