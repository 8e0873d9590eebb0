package dev.graft.harness.errors;

/** What can't be planned. */
final class PlanErrors {
  private PlanErrors() {}

  static void addTo(Commands commands) {
    plan(commands, "A shape that there is not", "--model=gpt2-meduim --stack=lora");
    plan(commands, "A folder to plan for that holds no model", "--model=FOLDER/task --stack=lora");
    plan(commands, "A file to plan for", "--model=FOLDER/texts.txt --stack=lora");
    plan(commands, "A target that the model has not", "--model=gpt2 --stack=lora:targets=gate");
    plan(commands, "More tokens than positions", "--model=gpt2 --stack=lora --length=2000");
    plan(commands, "A batch without rows", "--model=gpt2 --stack=lora --rows=0");
    plan(commands, "A batch beyond counting", "--model=gpt2 --stack=lora --rows=2000000000");
    plan(commands, "A head without labels", "--model=gpt2 --stack=lora --labels=0");
    plan(commands, "A head of too many labels", "--model=gpt2 --stack=lora --labels=2000000000");
  }

  private static void plan(Commands commands, String title, String options) {
    commands.add(title, "plan " + options);
  }
}
