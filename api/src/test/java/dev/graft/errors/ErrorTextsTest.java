package dev.graft.errors;

import dev.graft.hub.HubErrorTexts;
import dev.graft.testing.ErrorTexts;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every error text of the module: what users read is in {@code errors.md} of the resources. */
class ErrorTextsTest {
  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> texts() {
    ErrorTexts errors = new ErrorTexts("api").hiding(folder, "FOLDER");
    ContractErrors.addTo(errors);
    AttachErrors.addTo(errors);
    PluginErrors.addTo(errors, folder);
    ProgramErrors.addTo(errors);
    SafetensorsErrors.addTo(errors, folder);
    PickleErrors.addTo(errors, folder);
    FolderErrors.addTo(errors, folder);
    HubErrorTexts.addTo(errors, folder);
    HostErrors.addTo(errors, folder);
    TokenizerErrors.addTo(errors, folder);
    StackErrors.addTo(errors, folder);
    SavedErrors.addTo(errors, folder);
    TaskErrors.addTo(errors, folder);
    MixedErrors.addTo(errors);
    ViewErrors.addTo(errors);
    errors.exempt("dev/graft/conformance/", "", "the kit's own findings: ConformanceTest has them");
    errors.exempt(
        "files/Folders.java",
        "%s can't be listed",
        "a folder that may not be listed: root may list all");
    errors.exempt(
        "checkpoint/Safetensors.java",
        "throw Folders.unreadable(",
        "a file that may not be read: root may read all");
    errors.exempt(
        "checkpoint/PickledTensors.java",
        "throw Folders.unreadable(",
        "a file that may not be read: root may read all");
    return errors.tests();
  }
}
