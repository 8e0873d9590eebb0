package dev.graft.harness.job;

import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import java.util.Optional;

/** A process that runs an odd job in another one, and tells how that ended. */
final class ParentProcess {
  private ParentProcess() {}

  /**
   * Runs it.
   *
   * @param args the job's folder, how it ends, and what else this process starts meanwhile, which
   *     inherits all that it has open
   */
  public static void main(String[] args) {
    JobFolder folder = new JobFolder(Path.of(args[0]));
    folder.prepare(new OddJob.Task(OddJob.End.valueOf(args[1])), java.time.Duration.ZERO);
    boolean[] isStarted = new boolean[1];
    Ending ending =
        new ChildJvm(OddJob.class, new Machine(2, 2, 0, 1), Optional.empty())
            .run(
                folder,
                progress -> {
                  if (args.length > 2 && !isStarted[0]) {
                    isStarted[0] = true;
                    NativeLibrary.getInstance("c")
                        .getFunction("system")
                        .invokeInt(new Object[] {args[2]});
                    System.out.println("started");
                  }
                });
    System.out.println(ending.isDone() ? "done" : ending.reason(folder));
  }
}
