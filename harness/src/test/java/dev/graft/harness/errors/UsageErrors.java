package dev.graft.harness.errors;

import java.util.List;

/** Command lines that can't be understood. */
final class UsageErrors {
  private UsageErrors() {}

  static void addTo(Commands commands) {
    commands.add("A command that there is not", "comapre");
    commands.add("A command of methods that there is not", "methods chek");
    commands.add("An argument where only options are expected", "compare lora");
    commands.add("Two texts to predict", "predict --adapter=FOLDER/a good bad");
    commands.add("Two folders to inspect", "inspect FOLDER/a FOLDER/b");
    commands.add("An option behind the end of options", "predict --adapter=a -- text --json");
    commands.add("An option twice", "plan --model=gpt2 --model=gpt2-medium --stack=lora");
    commands.add("A flag with a value that is none", "inspect --json=maybe FOLDER/a");
    commands.add("Two flags of which one is expected", "methods --json --markdown");
    commands.add("An option without its value", "compare --task");
    commands.add("No folder to inspect", "inspect");
    for (String command : List.of("train", "merge", "export", "plan")) {
      commands.add(command + " without anything", command);
    }
    unknown(commands);
    commands.add(
        "A variable of the shell that is not set, as a model", "train --model= --output=o");
    commands.add("A variable of the shell that is not set, as a folder", "predict --adapter= text");
    commands.add("A whole number in words", "compare --epochs=three");
    commands.add("A whole number with a fraction", "plan --model=gpt2 --stack=lora --rows=1.5");
    commands.add("A whole number that is too large", "compare --batch-size=3000000000");
    commands.add("A whole number that is too small", "compare --epochs=-3000000000");
    commands.add("A seed that is too large", "train --output=o --seed=99999999999999999999");
    commands.add("A number in words", "compare --learning-rate=fast");
    commands.add("A precision that there is not", "merge --adapter=a --output=o --precision=int8");
    commands.add("A format that there is not", "export --adapter=a --output=o --format=onnx");
    commands.add("No seed", "compare --seeds=0");
    commands.add("Too many seeds", "compare --seeds=1001");
    commands.add("Seeds in words", "compare --seeds=one,two");
    commands.add("A seed twice", "compare --seeds=3,3");
    commands.add("A stack where one method is expected", "methods check lora+full");
  }

  private static void unknown(Commands commands) {
    commands.add("An option that compare has not", "compare --epoch=3");
    commands.add("An option that train has not", "train --output=o --method=lora");
    commands.add("An option that evaluate has not", "evaluate --adapter=a --precison=float16");
    commands.add("An option that predict has not", "predict --adapter=a --input=texts.txt");
    commands.add("An option that merge has not", "merge --adapter=a --output=o --format=peft");
    commands.add(
        "An option that export has not", "export --adapter=a --to=b --format=peft --output=o");
    commands.add("An option that inspect has not", "inspect --jsno FOLDER");
    commands.add("An option that plan has not", "plan --model=gpt2 --stack=lora --row=3");
    commands.add("An option that methods has not", "methods --jsno");
    commands.add("An option that methods check has not", "methods check --all");
  }
}
