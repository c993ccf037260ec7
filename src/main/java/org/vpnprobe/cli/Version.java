package org.vpnprobe.cli;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.Objects;
import java.util.jar.Manifest;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class Version implements IVersionProvider {
  private static final String COMMIT = "Implementation-Commit";

  /** The version, {@code development} when the classes are not in a jar. */
  static String text() {
    return Objects.requireNonNullElse(
        Main.class.getPackage().getImplementationVersion(), "development");
  }

  /** The commit it was built from, abbreviated; empty when that is not known. */
  static String commit() {
    URL here = Main.class.getResource("Main.class");
    try {
      if (here != null && here.openConnection() instanceof JarURLConnection jar) {
        Manifest manifest = jar.getManifest();
        String commit = manifest.getMainAttributes().getValue(COMMIT);
        // A tree without git leaves the placeholder.
        return commit == null || commit.startsWith("$") ? "" : commit;
      }
    } catch (IOException e) {
      // A version without its commit is better than none.
    }
    return "";
  }

  @Override
  public String[] getVersion() {
    String commit = commit();
    return new String[] {"vpnprobe " + text() + (commit.isEmpty() ? "" : " (" + commit + ")")};
  }
}
