package org.vpnprobe.model;

/**
 * A value or a combination of values that cannot be used; the message says what is expected
 * instead.
 */
public final class InvalidSetting extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;

  /**
   * @param key the YAML key at fault, empty when it is a combination
   * @param message what is wrong and what is expected; must not quote a secret
   */
  public InvalidSetting(String key, String message) {
    super(message);
    this.key = key;
  }

  public String key() {
    return key;
  }
}
