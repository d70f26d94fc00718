# Builds the consumer in two ways and runs its programs: by CMake against an installation that has been moved, and by
# pkg-config against the unpacked Debian packages.

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(expect text pattern)
  if(NOT text MATCHES ${pattern})
    message(FATAL_ERROR "\"${text}\" does not match ${pattern}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/installed)
file(RENAME ${WORK}/installed ${WORK}/prefix)
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK}/build -G Ninja
  -D CMAKE_PREFIX_PATH=${WORK}/prefix
  -D CMAKE_BUILD_TYPE=${CONFIG}
  -D CMAKE_CXX_COMPILER=${COMPILER}
  -D CMAKE_CXX_FLAGS=${FLAGS})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/supervision_only)
run(${WORK}/build/whole_node)
run(${WORK}/prefix/bin/scalesmall --version)

find_program(DPKG dpkg-deb)
find_program(SHLIBDEPS dpkg-shlibdeps)
find_program(PKG_CONFIG pkg-config)
if(NOT DPKG OR NOT SHLIBDEPS OR NOT PKG_CONFIG)
  message("the Debian packages are not tested: dpkg-dev or pkg-config is not there")
  return()
endif()

run(${CMAKE_CPACK_COMMAND} --config ${BUILD}/CPackConfig.cmake -B ${WORK}/packages)
file(GLOB packages ${WORK}/packages/*.deb)
foreach(package ${packages})
  run(${DPKG} -x ${package} ${WORK}/unpacked)
  execute_process(COMMAND ${DPKG} -f ${package} Package Depends OUTPUT_VARIABLE fields COMMAND_ERROR_IS_FATAL ANY)
  string(APPEND said ${fields})
endforeach()
expect("${said}" "Package: libscalesmall-dev\nDepends: libcaf-dev [^\n]*libasio-dev")
expect("${said}" "Package: scalesmall\nDepends: [^\n]*libcaf-core[^\n]*libedit")
run(${WORK}/unpacked/usr/bin/scalesmall --version)

set(ENV{PKG_CONFIG_PATH} ${WORK}/unpacked/usr/lib/pkgconfig)
separate_arguments(FLAGS UNIX_COMMAND "${FLAGS}")
foreach(module scalesmall-supervision scalesmall)
  execute_process(COMMAND ${PKG_CONFIG} --cflags --libs ${module} OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  set(program supervision_only)
  if(module STREQUAL scalesmall)
    set(program whole_node)
  endif()
  run(${COMPILER} -std=c++20 ${FLAGS} ${CMAKE_CURRENT_LIST_DIR}/consumer/${program}.cpp -o ${WORK}/${program} ${flags})
  run(${WORK}/${program})
endforeach()
