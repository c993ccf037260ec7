import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The project's change log as Debian writes one (deb-changelog(5)). */
record DebianChangelog(String version, String maintainer) {
  /**
   * The log.
   *
   * @param page the project's own, whose newest version has to be the package's
   */
  String text(Path page) throws IOException {
    StringBuilder log = new StringBuilder();
    String date = null;
    for (String line : Files.readAllLines(page)) {
      if (line.matches("## \\d\\S* – \\d{4}-\\d\\d-\\d\\d")) {
        sign(log, date);
        date = line.substring(line.length() - 10);
        String number = line.substring(3, line.indexOf(' ', 3));
        log.append("vpnprobe (").append(number).append(") stable; urgency=medium\n");
      } else if (date != null && line.startsWith("- ")) {
        log.append(wrapped(line.substring(2)));
      }
    }
    sign(log, date);
    if (!log.toString().startsWith("vpnprobe (" + version + ")")) {
      throw new IllegalStateException(page + " does not begin with version " + version);
    }
    return log.toString();
  }

  /** One entry, in lines that Debian's readers show whole. */
  private static String wrapped(String entry) {
    StringBuilder lines = new StringBuilder();
    StringBuilder line = new StringBuilder("\n  *");
    for (String word : entry.split(" ")) {
      if (line.length() + word.length() > 78) {
        lines.append(line).append('\n');
        line = new StringBuilder("   ");
      }
      line.append(' ').append(word);
    }
    return lines.append(line).append('\n').toString();
  }

  private void sign(StringBuilder log, String date) {
    if (date != null) {
      String day =
          LocalDate.parse(date)
              .format(DateTimeFormatter.ofPattern("EEE, dd MMM yyyy", Locale.ROOT));
      log.append("\n -- ")
          .append(maintainer)
          .append("  ")
          .append(day)
          .append(" 00:00:00 +0000\n\n");
    }
  }
}
