package org.vpnprobe.real;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.vpnprobe.model.Family;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.PathFacts;
import org.vpnprobe.net.StepFailed;

/**
 * Opens another path's sockets inside a network namespace: the calling thread, which must be a
 * platform thread, enters it for the moment in which the kernel makes the socket.
 */
final class NamespacePath implements Path {
  /** sched.h: CLONE_NEWNET. */
  private static final int NETWORK = 0x40000000;

  private final String namespace;
  private final Path path;

  NamespacePath(String namespace, Path path) {
    this.namespace = namespace;
    this.path = path;
  }

  @Override
  public PathFacts facts() {
    return path.facts();
  }

  @Override
  public List<InetAddress> resolve(String host, Family family) throws StepFailed {
    return path.resolve(host, family);
  }

  @Override
  public ByteStream tcp(InetSocketAddress server) throws StepFailed {
    enter("/run/netns/" + namespace);
    try {
      return path.tcp(server);
    } finally {
      enter("/proc/self/ns/net"); // That of the process's first thread, which never moves.
    }
  }

  @Override
  public Datagrams udp(InetSocketAddress server) throws StepFailed {
    enter("/run/netns/" + namespace);
    try {
      return path.udp(server);
    } finally {
      enter("/proc/self/ns/net");
    }
  }

  @Override
  public void close() {
    path.close();
  }

  private static void enter(String file) {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor oneInt = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    FunctionDescriptor twoInts = oneInt.appendArgumentLayouts(ValueLayout.JAVA_INT);
    FunctionDescriptor pathAndInt =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    MethodHandle open = function(linker, "open", pathAndInt, Linker.Option.firstVariadicArg(2));
    MethodHandle setns = function(linker, "setns", twoInts);
    MethodHandle close = function(linker, "close", oneInt);
    try (Arena arena = Arena.ofConfined()) {
      int descriptor = (int) open.invokeExact(arena.allocateFrom(file), 0);
      int entered = (int) setns.invokeExact(descriptor, NETWORK);
      int closed = (int) close.invokeExact(descriptor);
      if (entered != 0 || closed != 0) {
        throw new AssertionError("cannot enter " + file);
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static MethodHandle function(
      Linker linker, String name, FunctionDescriptor type, Linker.Option... options) {
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type, options);
  }
}
