package dev.graft.host.definition;

import static dev.graft.host.definition.Kind.FLAG;
import static dev.graft.host.definition.Kind.ID;
import static dev.graft.host.definition.Kind.TEXT;
import static dev.graft.host.definition.Kind.listOf;
import static dev.graft.host.definition.Kind.oneOf;
import static dev.graft.host.definition.Kind.tuple;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which special tokens are put around texts. */
final class PostProcessors {
  private static final String TEMPLATE = "TemplateProcessing";
  private static final String SPECIAL = "special_tokens";
  private static final String TOKEN = "SpecialToken";
  private static final String TEXT_OF = "Sequence";

  /** More would leave no room for a text. */
  private static final int MOST_PIECES = 32;

  private static final Kind TYPE_ID = Kind.number(0, 255);

  private static final Shape PLACED =
      Shape.of().with("id", oneOf(List.of("A", "B"))).with("type_id", TYPE_ID);

  private static final Shape NAMED = Shape.of().with("id", TEXT).with("type_id", TYPE_ID);

  private static final Shape BETWEEN =
      Shape.of().with("sep", tuple(TEXT, ID)).with("cls", tuple(TEXT, ID));

  private static final Shape TOKENS =
      Shape.of()
          .with("id", TEXT)
          .with("ids", listOf(() -> ID))
          .with("tokens", listOf(() -> TEXT))
          .where(
              node -> {
                int count = node.at("ids").items().size();
                node.require(
                    count == node.at("tokens").items().size() && count <= MOST_PIECES,
                    "as many ids as tokens, at most " + MOST_PIECES);
              });

  static final Kind POST_PROCESSOR =
      new Parts(
          Map.of(
              "BertProcessing",
              BETWEEN,
              "RobertaProcessing",
              BETWEEN.with("trim_offsets", FLAG).with("add_prefix_space", FLAG),
              "ByteLevel",
              TextParts.BYTES,
              TEMPLATE,
              Shape.of()
                  .with("single", listOf(() -> PostProcessors::piece))
                  .with("pair", listOf(() -> PostProcessors::piece))
                  .with(SPECIAL, Kind.mapTo(TOKENS))
                  .where(PostProcessors::requireTexts)
                  .where(PostProcessors::requireTokens),
              "Sequence",
              Shape.of()
                  .with("processors", listOf(() -> PostProcessors.POST_PROCESSOR))
                  .where(PostProcessors::requireOne)));

  private PostProcessors() {}

  private static JsonElement piece(Node node) {
    String key = node.keys().contains(TOKEN) ? TOKEN : TEXT_OF;
    JsonObject piece = new JsonObject();
    piece.add(key, (key.equals(TOKEN) ? NAMED : PLACED).read(node.at(key)));
    return piece;
  }

  private static void requireTexts(Node template) {
    requireTexts(template.at("single"), List.of("A"));
    requireTexts(template.at("pair"), List.of("A", "B"));
  }

  private static void requireTexts(Node pieces, List<String> texts) {
    List<String> there =
        pieces.items().stream()
            .filter(piece -> piece.keys().contains(TEXT_OF))
            .map(piece -> piece.at(TEXT_OF).at("id").text())
            .sorted()
            .toList();
    pieces.require(
        there.equals(texts) && pieces.items().size() <= MOST_PIECES,
        "%s once, and at most %s pieces".formatted(String.join(" and ", texts), MOST_PIECES));
  }

  private static void requireTokens(Node template) {
    Set<String> known = template.at(SPECIAL).keys();
    for (String form : List.of("single", "pair")) {
      for (Node piece : template.at(form).items()) {
        if (piece.keys().contains(TOKEN)) {
          Node id = piece.at(TOKEN).at("id");
          id.require(
              known.contains(id.text()),
              known.stream()
                  .sorted()
                  .collect(Collectors.joining(", ", "one of " + SPECIAL + ": ", "")));
        }
      }
    }
  }

  /** A second template would find more pieces than the texts that it is for. */
  private static void requireOne(Node sequence) {
    List<Node> processors = sequence.at("processors").items();
    long around =
        processors.stream().filter(each -> !each.at(Parts.TYPE).text().equals("ByteLevel")).count();
    sequence
        .at("processors")
        .require(
            around <= 1 && processors.size() <= MOST_PIECES, "one that puts tokens around texts");
  }
}
