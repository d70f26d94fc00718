# Configures the project with parts of it only, and with a CAF that it cannot use. Nothing is compiled.

function(configure result output)
  file(REMOVE_RECURSE ${WORK})
  execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK} -G Ninja -D CMAKE_CXX_COMPILER=${COMPILER} ${ARGN}
    COMMAND_ECHO STDOUT RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  set(${result} ${status} PARENT_SCOPE)
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

function(expect_success)
  configure(status text ${ARGN})
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${text}")
  endif()
endfunction()

function(expect_sentence sentence)
  configure(status text ${ARGN})
  string(REGEX REPLACE "[ \n]+" " " text "${text}")
  string(FIND "${text}" "${sentence}" at)
  if(status EQUAL 0 OR at EQUAL -1)
    message(FATAL_ERROR "${ARGN}: status ${status}, without \"${sentence}\": ${text}")
  endif()
endfunction()

# The supervisors alone need CAF's core, a node without the program does not need what the program shows.
foreach(library spdlog nlohmann_json Microhttpd Editline doctest rapidcheck benchmark)
  list(APPEND without_program -D CMAKE_DISABLE_FIND_PACKAGE_${library}=ON)
endforeach()
foreach(library Asio Snappy Sodium)
  list(APPEND without_node -D CMAKE_DISABLE_FIND_PACKAGE_${library}=ON)
endforeach()
expect_success(-D SCALESMALL_NODE=OFF ${without_program} ${without_node})
expect_success(-D SCALESMALL_PROGRAM=OFF -D SCALESMALL_TESTS=OFF -D SCALESMALL_BENCH=OFF ${without_program})

# One sentence says what the component ops needs.
expect_sentence("libmicrohttpd is needed" -D SCALESMALL_PROGRAM=OFF -D SCALESMALL_TESTS=OFF -D SCALESMALL_BENCH=OFF
  -D SCALESMALL_OPS=ON -D MICROHTTPD_LIBRARY=)

# Another CAF is refused with one sentence.
foreach(number 1605 1705 1805 10002)
  file(WRITE ${WORK}-caf/${number}/caf/config.hpp "#pragma once\n#define CAF_VERSION ${number}\n")
endforeach()
file(WRITE ${WORK}-caf/none/caf/config.hpp "#pragma once\n")
set(needed "CAF 0.17.6 is needed; found")
# The compiler says so, too, at the first header of any kind, and nothing more: this is for programs that do not use
# CMake.
foreach(header call_answers owner_actors supervision/tree testing/world)
  execute_process(
    COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${WORK}-caf/1805 -I${SOURCE}/include -x c++
      ${SOURCE}/include/scalesmall/${header}.hpp
    RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE text)
  string(REGEX MATCHALL "error:" errors "${text}")
  list(LENGTH errors count)
  if(status EQUAL 0 OR NOT text MATCHES "scalesmall needs CAF 0.17.6" OR count GREATER 2)
    message(FATAL_ERROR "${header}.hpp with CAF 0.18: status ${status}: ${text}")
  endif()
endforeach()
expect_sentence("${needed} 0.16.5 in" -D CAF_INCLUDE_DIR=${WORK}-caf/1605)
expect_sentence("${needed} 0.17.5 in" -D CAF_INCLUDE_DIR=${WORK}-caf/1705)
expect_sentence("${needed} 0.18.5 in" -D CAF_INCLUDE_DIR=${WORK}-caf/1805)
expect_sentence("${needed} 1.0.2 in" -D CAF_INCLUDE_DIR=${WORK}-caf/10002)
expect_sentence("${needed} one without a version" -D CAF_INCLUDE_DIR=${WORK}-caf/none)
