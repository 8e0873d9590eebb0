package dev.graft.harness.errors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Trainings that can't begin or end: models, methods, settings, the folder for the result. */
final class TrainingErrors {
  private final Commands commands;

  private TrainingErrors(Commands commands) {
    this.commands = commands;
  }

  static void addTo(Commands commands) throws IOException {
    TrainingErrors errors = new TrainingErrors(commands);
    errors.addModels();
    errors.addMethods();
    errors.addRecipes();
    errors.addOutputs();
  }

  private void train(String title, String options) {
    String model = options.contains("--model=") ? "" : "--model=FOLDER/model ";
    String device = options.contains("--device=") ? "" : "--device=cpu ";
    String output = options.contains("--output=") ? "" : "--output=FOLDER/new ";
    commands.add(title, "train --task=FOLDER/task " + device + model + output + options);
  }

  private void addModels() throws IOException {
    Path t5 = Files.createDirectories(commands.folder().resolve("t5"));
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(commands.folder().resolve("model").resolve(file), t5.resolve(file));
    }
    train("A model without a tokenizer", "--model=FOLDER/t5 --stack=head-only");
    Path other = Files.createDirectories(commands.folder().resolve("other"));
    String config = Files.readString(t5.resolve("config.json"));
    Files.writeString(other.resolve("config.json"), config.replace("\"bert\"", "\"t5\""));
    Files.copy(t5.resolve("model.safetensors"), other.resolve("model.safetensors"));
    train("A model of an unknown architecture", "--model=FOLDER/other");
    train("A model that is not there", "--model=FOLDER/nowhere");
    train("A folder that holds no model", "--model=FOLDER/task");
    train("A device that there is not", "--device=tpu");
    train("A name that is none of the hub", "--model=hf:no/such/model");
    String tokenizer = Files.readString(commands.folder().resolve("model/tokenizer.json"));
    Path larger = Files.createDirectories(commands.folder().resolve("larger"));
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(commands.folder().resolve("model").resolve(file), larger.resolve(file));
    }
    Files.writeString(
        larger.resolve("tokenizer.json"), tokenizer.replace("\"w10\": 10", "\"w10\": 99"));
    train("A tokenizer with more tokens than the model", "--model=FOLDER/larger");
    Path blank = Files.createDirectories(commands.folder().resolve("blank"));
    for (String file : new String[] {"train.tsv", "dev.tsv"}) {
      Files.writeString(blank.resolve(file), "sentence\tlabel\nw10\t1\n \t0\n");
    }
    commands.add(
        "A blank example for a model whose tokenizer adds no tokens",
        "train --device=cpu --model=FOLDER/gpt2 --task=FOLDER/blank --output=FOLDER/new");
    commands.add(
        "A language model of an encoder",
        "train --device=cpu --model=FOLDER/model --text=FOLDER/texts.txt --output=FOLDER/new");
  }

  private void addMethods() {
    train("A method that is not installed", "--stack=lorra");
    train("A setting out of its range", "--stack=lora:rank=0");
    train("A target that matches nothing", "--stack=lora:targets=qery");
    train("More blocks than the model has", "--stack=top-layers:layers=3");
    commands.add("Biases of a model that has none", "plan --model=llama-2-7b --stack=bitfit");
    train("A weight that two methods train", "--stack=full+bitfit");
    train(
        "More virtual rows than the model has positions",
        "--stack=prompt-tuning:virtual-tokens=32");
    train("A stack beside a saved one", "--stack=lora --from=FOLDER/saved-lora");
    train("A method that fails when it begins", "--stack=test-doomed");
  }

  private void addRecipes() throws IOException {
    Files.createDirectories(commands.folder().resolve("curves/new/events.out.tfevents.graft"));
    Files.writeString(commands.folder().resolve("few.txt"), "w10 w11 w12\nw11 w12 w13\n");
    commands.add(
        "Patience without anything to validate on",
        "train --device=cpu --model=FOLDER/gpt2 --text=FOLDER/few.txt --output=FOLDER/new"
            + " --patience=1");
    train("No epoch", "--epochs=0");
    train("Endless epochs", "--epochs=1000000000");
    train("A negative batch size", "--batch-size=-3");
    train("Batches without tokens", "--batch-tokens=0");
    train("A text that is more than a batch", "--batch-tokens=3");
    train("Batches by examples and by tokens", "--batch-size=8 --batch-tokens=512");
    train("A negative learning rate", "--learning-rate=-1");
    train("An infinite learning rate", "--learning-rate=Infinity");
    train("A warm-up longer than the training", "--warmup=1");
    train("A negative weight decay", "--weight-decay=-0.1");
    train("Epochs and steps", "--epochs=2 --steps=10");
    train("No step", "--steps=0");
    train("No patience", "--patience=0");
    train("A learning rate for a method that is not there", "--learning-rate=0.1,0.2,0.3");
    train("Weights that can't be kept", "--keep=worst");
    train("Graphs at a time that there is not", "--cuda-graphs=maybe");
    train("Curves in the place of a folder", "--tensorboard=FOLDER/curves --epochs=1");
    train("A maximum length of nothing but special tokens", "--max-length=3");
    train("A dropout of everything", "--host-dropout=1");
    train(
        "A learning rate that destroys the model", "--stack=full --learning-rate=1000 --epochs=4");
    train("Steps that leave no numbers", "--stack=test-doomed:end=lost-numbers");
  }

  private void addOutputs() throws IOException {
    Files.createFile(commands.folder().resolve("file"));
    train("An output that is there", "--output=FOLDER/task");
    train("An output inside a file", "--output=FOLDER/file/new");
  }
}
