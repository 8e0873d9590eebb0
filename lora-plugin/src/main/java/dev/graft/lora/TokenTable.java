package dev.graft.lora;

import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.Site;
import dev.graft.api.settings.Targets;
import dev.graft.program.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A host's table of tokens and the language-model head that may be the same weight.
 *
 * @param site where tokens are embedded
 * @param tied the head, if its weight is the table
 */
record TokenTable(Site.Embeddings site, Optional<Site.Projection> tied) {
  /** The path of the table's module. */
  static final String PATH = "embeddings.word";

  /** The path of the head. */
  static final String HEAD = "lm_head";

  static TokenTable of(Host host) {
    Site.Embeddings site = host.embeddings();
    return new TokenTable(
        site,
        host.projections(Targets.of("/.*/")).stream()
            .filter(each -> each.path().equals(HEAD) && each.weight().equals(site.table()))
            .findFirst());
  }

  /** What may be trained whole: the host's weights, and its head where that is the table. */
  static List<HostParameter> andParameters(Host host) {
    List<HostParameter> all = new ArrayList<>(host.parameters());
    of(host)
        .tied()
        .ifPresent(
            head -> all.add(new HostParameter(HEAD + ".weight", head.layer(), head.weight())));
    return all;
  }

  /**
   * What stands in a table at tokens, (B, T, width).
   *
   * @param table (vocabulary, width), or (B, vocabulary, width) where each row of the batch has its
   *     own
   * @param ids (B, T)
   */
  static Tensor rows(Tensor table, Tensor ids) {
    if (table.shape().rank() == 2) {
      return table.rows(ids);
    }
    Tensor index = ids.unsqueeze(2);
    return table.gather(1, index.expand(index.shape().with(2, table.shape().dim(2))));
  }

  /** Whether a module is the table or a head that is tied to it. */
  boolean isPart(String path) {
    return path.equals(PATH) || (tied.isPresent() && path.equals(HEAD));
  }
}
