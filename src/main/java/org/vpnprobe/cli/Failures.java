package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.report.Printable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns exceptions into a sentence and an exit code. A stack trace is shown on demand alone. */
record Failures(Streams streams, Map<String, String> environment)
    implements IExecutionExceptionHandler {
  /** EX_SOFTWARE of sysexits.h. */
  private static final int INTERNAL = 70;

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
    switch (e) {
      case InvalidFile invalid -> streams.say(told(invalid));
      case Refused refused -> streams.say("vpnprobe: " + told(refused));
      case IOException io -> streams.say("vpnprobe: " + told(io));
      default -> {
        streams.say("vpnprobe: internal error, please report it: " + e.getClass().getName());
        if (environment.containsKey("VPNPROBE_DEBUG")) {
          e.printStackTrace(streams.err());
        } else {
          streams.say("Set VPNPROBE_DEBUG=1 for the details; look them through before you share.");
        }
        return INTERNAL;
      }
    }
    return CommandLine.ExitCode.USAGE;
  }

  /** Wrong options: the sentence, the nearest option, and where help is. */
  static int usage(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    line.getErr().println("vpnprobe: " + Printable.of(String.valueOf(e.getMessage())));
    if (!UnmatchedArgumentException.printSuggestions(e, line.getErr())) {
      line.getErr().println("Try “" + line.getCommandSpec().qualifiedName() + " --help”.");
    }
    line.getErr().flush();
    return CommandLine.ExitCode.USAGE;
  }

  /** What went wrong, for a terminal; the text may have several lines. */
  static String told(Exception e) {
    String text =
        switch (e) {
          case NoSuchFileException missing -> missing.getFile() + ": no such file";
          case AccessDeniedException denied -> denied.getFile() + ": permission denied";
          case FileAlreadyExistsException exists -> exists.getFile() + ": exists already";
          default -> String.valueOf(e.getMessage());
        };
    return text.lines().map(Printable::of).reduce((a, b) -> a + "\n" + b).orElse("");
  }
}
