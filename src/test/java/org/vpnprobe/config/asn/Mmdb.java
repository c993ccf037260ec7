package org.vpnprobe.config.asn;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes small MaxMind DBs, by the MaxMind DB File Format Specification 2.0. */
public final class Mmdb {
  private static final byte[] MARKER = {(byte) 0xab, (byte) 0xcd, (byte) 0xef};

  /** Children of a node: null for none, an Integer for a data offset, a Node. */
  private static final class Node {
    private final @Nullable Object[] children = new @Nullable Object[2];
  }

  private final Node root = new Node();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /**
   * Adds a network of IPv4.
   *
   * @param cidr {@code 192.0.2.0/24}
   * @param record texts and numbers
   */
  public Mmdb put(String cidr, Map<String, Object> record) {
    String[] parts = cidr.split("/", -1);
    byte[] address = InetAddress.ofLiteral(parts[0]).getAddress();
    int offset = data.size();
    write(data, record);
    Node node = root;
    int bits = Integer.parseInt(parts[1]);
    for (int bit = 0; bit < bits; bit++) {
      int side = (address[bit / 8] >> (7 - bit % 8)) & 1;
      if (bit == bits - 1) {
        node.children[side] = offset;
      } else if (node.children[side] instanceof Node next) {
        node = next;
      } else {
        Node next = new Node();
        node.children[side] = next;
        node = next;
      }
    }
    return this;
  }

  /** The whole file. */
  public byte[] bytes() {
    List<Node> nodes = new ArrayList<>(List.of(root));
    for (int i = 0; i < nodes.size(); i++) {
      for (Object child : nodes.get(i).children) {
        if (child instanceof Node next) {
          nodes.add(next);
        }
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Node node : nodes) {
      for (Object child : node.children) {
        int value =
            switch (child) {
              case Node next -> nodes.indexOf(next);
              // 16 zero bytes stand between the tree and the data.
              case Integer offset -> nodes.size() + 16 + offset;
              case null, default -> nodes.size();
            };
        out.write(value >> 16);
        out.write(value >> 8);
        out.write(value);
      }
    }
    out.writeBytes(new byte[16]);
    out.writeBytes(data.toByteArray());
    out.writeBytes(MARKER);
    out.writeBytes("MaxMind.com".getBytes(StandardCharsets.US_ASCII));
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("node_count", (long) nodes.size());
    about.put("record_size", 24);
    about.put("ip_version", 4);
    about.put("database_type", "test-ASN");
    about.put("languages", List.of("en"));
    about.put("binary_format_major_version", 2);
    about.put("binary_format_minor_version", 0);
    about.put("build_epoch", 1_750_000_000L);
    about.put("description", Map.of("en", "test"));
    write(out, about);
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, Object value) {
    switch (value) {
      case Map<?, ?> map -> {
        out.write(7 << 5 | map.size());
        map.forEach((key, each) -> {
          write(out, key);
          write(out, each);
        });
      }
      case List<?> list -> {
        // An extended type: its number less 7 in the second byte.
        out.write(list.size());
        out.write(11 - 7);
        list.forEach(each -> write(out, each));
      }
      case String text -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < 29) {
          out.write(2 << 5 | bytes.length);
        } else {
          out.write(2 << 5 | 29);
          out.write(bytes.length - 29);
        }
        out.writeBytes(bytes);
      }
      case Integer number -> unsigned(out, number, 5);
      case Long number -> unsigned(out, number, 6);
      default -> throw new IllegalArgumentException(value.getClass().getName());
    }
  }

  private static void unsigned(ByteArrayOutputStream out, long number, int type) {
    out.write(type << 5 | (type == 5 ? 2 : 4));
    for (int shift = type == 5 ? 8 : 24; shift >= 0; shift -= 8) {
      out.write((int) (number >> shift));
    }
  }
}
