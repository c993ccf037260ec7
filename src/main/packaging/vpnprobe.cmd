@echo off
rem Starts vpnprobe with the Java runtime beside it. What each option is for: see vpnprobe.sh.
setlocal
for %%I in ("%~dp0..") do set "home=%%~fI"
if not defined VPNPROBE_AOT set "VPNPROBE_AOT=-XX:AOTCache=%home%\lib\vpnprobe.aot"
"%home%\runtime\bin\java.exe" "%VPNPROBE_AOT%" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms80m -Xmn48m -XX:SurvivorRatio=4 -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:-ShrinkHeapInSteps ^
  -Xlog:disable -XX:-UsePerfData ^
  --add-exports java.base/sun.nio.ch=ALL-UNNAMED --enable-native-access=ALL-UNNAMED ^
  "-Dorg.sqlite.lib.path=%home%\lib" ^
  %VPNPROBE_JAVA_OPTS% -cp "%home%\lib\vpnprobe.jar;@CLASSPATH@" org.vpnprobe.cli.Main %*
exit /b %ERRORLEVEL%
