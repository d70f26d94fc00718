# Builds the consumer in three ways and runs its programs: by CMake against the installed build, which is then moved; by
# pkg-config against the unpacked Debian packages; and by CMake with the sources as a part of its own project.

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(expect text pattern)
  if(NOT text MATCHES ${pattern})
    message(FATAL_ERROR "\"${text}\" does not match ${pattern}")
  endif()
endfunction()

# The public headers and no other are installed, and none of them knows a library that is used inside only.
function(check_headers prefix)
  file(GLOB_RECURSE headers RELATIVE ${prefix}/include ${prefix}/include/*)
  file(GLOB_RECURSE public RELATIVE ${SOURCE}/include ${SOURCE}/include/*.hpp)
  if(NOT headers STREQUAL public)
    message(FATAL_ERROR "installed are\n${headers}\nbut public are\n${public}")
  endif()
  foreach(header ${headers})
    file(STRINGS ${prefix}/include/${header} inside REGEX "(asio|spdlog|sodium|snappy|nlohmann)")
    if(inside)
      message(FATAL_ERROR "${header} shows the inside: ${inside}")
    endif()
  endforeach()
endfunction()

string(TOUPPER "${CONFIG}" CONFIG_UPPER)
set(programs supervision_only whole_node tested_node asking_node operated_node)
function(build_and_run_consumer directory)
  run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${directory} -G Ninja
    -D CMAKE_BUILD_TYPE=${CONFIG}
    -D "CMAKE_CXX_FLAGS_${CONFIG_UPPER}=${CONFIG_FLAGS}"
    -D CMAKE_CXX_COMPILER=${COMPILER}
    -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
    -D CMAKE_CXX_FLAGS=${FLAGS}
    ${ARGN})
  run(${CMAKE_COMMAND} --build ${directory} --target ${programs})
  foreach(program ${programs})
    run(${directory}/${program})
  endforeach()
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/installed)
file(RENAME ${WORK}/installed ${WORK}/prefix)
check_headers(${WORK}/prefix)
build_and_run_consumer(${WORK}/build -D CMAKE_PREFIX_PATH=${WORK}/prefix)
run(${WORK}/prefix/bin/scalesmall --version)

# A program may be compiled by another compiler than the libraries.
find_program(OTHER_COMPILER NAMES clang++-14 clang++-19)  # of Debian 12 and of Debian 13
if(OTHER_COMPILER)
  block()
    set(COMPILER ${OTHER_COMPILER})
    set(CONFIG_FLAGS -O1)
    build_and_run_consumer(${WORK}/other_compiler -D CMAKE_PREFIX_PATH=${WORK}/prefix)
  endblock()
else()
  message("no program is compiled by another compiler: neither clang++-14 nor clang++-19 is there")
endif()

build_and_run_consumer(${WORK}/contained -D SOURCE=${SOURCE})

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
expect("${said}" "Package: libscalesmall-dev\nDepends: libcaf-dev [^\n]*libsodium-dev")
expect("${said}" "Package: scalesmall\nDepends: [^\n]*libcaf-core[^\n]*libedit")
run(${WORK}/unpacked/usr/bin/scalesmall --version)
foreach(file etc/scalesmall/scalesmall.conf usr/lib/systemd/system/scalesmall.service usr/lib/sysusers.d/scalesmall.conf
    usr/share/man/man1/scalesmall.1.gz usr/share/man/man5/scalesmall.conf.5.gz
    usr/share/bash-completion/completions/scalesmall usr/share/zsh/vendor-completions/_scalesmall)
  if(NOT EXISTS ${WORK}/unpacked/${file})
    message(FATAL_ERROR "the packages lack ${file}")
  endif()
endforeach()
find_program(CURL curl)
if(CURL)
  run(bash ${SOURCE}/examples/five_minutes.sh ${WORK}/unpacked/usr/bin/scalesmall)
else()
  message("the first five minutes with the package are not tested: curl is not there")
endif()

set(ENV{PKG_CONFIG_PATH} ${WORK}/unpacked/usr/lib/pkgconfig)
separate_arguments(FLAGS UNIX_COMMAND "${FLAGS} ${CONFIG_FLAGS}")
set(consumer ${CMAKE_CURRENT_LIST_DIR}/consumer)
set(modules scalesmall-supervision scalesmall scalesmall-testing scalesmall-owner-actors scalesmall-ops)
foreach(module program IN ZIP_LISTS modules programs)
  execute_process(COMMAND ${PKG_CONFIG} --cflags --libs ${module} OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  run(${COMPILER} -std=c++20 ${FLAGS} -I${consumer} ${consumer}/${program}.cpp -o ${WORK}/${program} ${flags})
  run(${WORK}/${program})
endforeach()
