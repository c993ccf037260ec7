package org.vpnprobe.protocol.ssh;

import com.jcraft.jsch.UIKeyboardInteractive;
import com.jcraft.jsch.UserInfo;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Secret;

/**
 * Answers the one question for a password (RFC 4256), once. Whatever else a server asks, a new
 * password among it, gets no answer.
 */
final class Answers implements UserInfo, UIKeyboardInteractive {
  private final Secret password;
  private boolean given;

  Answers(Secret password) {
    this.password = password;
  }

  @Override
  public String @Nullable [] promptKeyboardInteractive(
      String destination, String name, String instruction, String[] prompts, boolean[] echo) {
    if (prompts.length == 0) {
      return new String[0];
    }
    boolean forPassword =
        prompts.length == 1 && !echo[0] && !prompts[0].toLowerCase(Locale.ROOT).contains("new");
    if (!forPassword || given) {
      return null;
    }
    given = true;
    return new String[] {password.text()};
  }

  @Override
  public @Nullable String getPassphrase() {
    return null;
  }

  @Override
  public @Nullable String getPassword() {
    return null;
  }

  @Override
  public boolean promptPassword(String message) {
    return false;
  }

  @Override
  public boolean promptPassphrase(String message) {
    return false;
  }

  @Override
  public boolean promptYesNo(String message) {
    return false;
  }

  @Override
  public void showMessage(String message) {}
}
