package dev.graft.harness.errors;

/** What can't be timed. */
final class LatencyErrors {
  private final Commands commands;

  private LatencyErrors(Commands commands) {
    this.commands = commands;
  }

  static void addTo(Commands commands) {
    LatencyErrors errors = new LatencyErrors(commands);
    errors.time("A shape to time that there is not", "--model=gpt2-meduim");
    errors.time("More tokens to time than positions", "--model=FOLDER/model --lengths=64");
    errors.time(
        "A method timed twice", "--model=FOLDER/model --lengths=8 --methods=lora,lora:rank=8");
    errors.time("A target to time that the model has not", "--methods=lora:targets=gate");
    errors.time("Rows that are no numbers", "--rows=1,x");
    errors.time("A number of rows twice", "--rows=16,16");
    errors.time("A margin that is no percentage", "--margin=0.05");
    errors.time("Too few processes to know how they differ", "--processes=2");
    errors.time("Too few rounds for an interval", "--rounds=5");
    errors.time("No time to time anything", "--limit=0");
    errors.time(
        "Methods that leave no room for what is timed",
        "--model=FOLDER/model --methods=prompt-tuning:virtual-tokens=20 --lengths=30");
    commands.add(
        "Timing on a GPU that is not there",
        "latency --device=gpu:7 --model=FOLDER/model --methods=lora --lengths=8"
            + " --output=FOLDER/timed");
    commands.add(
        "A part of a paper that there is not",
        "reproduce latency --part=table-2 --output=FOLDER/new");
    errors.bench("A work to time that there is not", "--work=forwards");
    errors.bench("An arm to time that there is not", "--arms=lora");
    errors.bench("A size that is no product", "--sizes=8,512");
    errors.bench("No seconds to time anything", "--seconds=0");
    errors.bench("An arm that none of the works has", "--work=step --arms=base");
    errors.bench("Timing beside another side that is not there", "--quick --peer=FOLDER/none");
    errors.bench(
        "Timing without an optimisation that there is not",
        "--quick --peer=graft --ways=none,adddmm");
  }

  private void bench(String title, String options) {
    commands.add(title, "bench --device=cpu --output=FOLDER/bench " + options);
  }

  private void time(String title, String options) {
    commands.add(title, "latency --device=cpu --output=FOLDER/new " + options);
  }
}
