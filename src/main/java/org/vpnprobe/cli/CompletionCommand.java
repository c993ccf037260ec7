package org.vpnprobe.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = {
      "Print what makes a shell complete commands, options and values.",
      "bash: source <(vpnprobe completion bash)",
      "zsh, after compinit: source <(vpnprobe completion zsh)",
      "fish: vpnprobe completion fish | source"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Streams streams;

  @Parameters(
      paramLabel = "SHELL",
      completionCandidates = Words.Shells.class,
      description = "bash, fish or zsh.")
  private String shell = "";

  CompletionCommand(Streams streams, Map<String, String> environment) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    CommandSpec root = CommandTree.root();
    String script =
        switch (shell) {
          case "bash" -> BashCompletion.of(root);
          case "fish" -> FishCompletion.of(root);
          case "zsh" -> ZshCompletion.of(root);
          default ->
              throw new Refused(Unknown.word("completion", shell, List.of("bash", "fish", "zsh")));
        };
    streams.out().print(script);
    return 0;
  }
}
