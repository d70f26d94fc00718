# scalesmall_test(NAME test_<name> SOURCES <file>... [ALONE <file>...] [USES <target>...] [LABELS <label>...]
#                 [TIMEOUT <seconds>] [THREADED <pattern>...])
#
# Makes one doctest program with the main function of tests/support/main.cpp, and registers it with ctest. The time
# limit is 60 s by default. Sanitizer builds multiply it by SCALESMALL_TEST_TIME_FACTOR, because they run several times
# slower. Sanitizer builds also compile many sources as one, which saves most of their time; ALONE names the sources with
# helpers that have the same names as those of other sources. THREADED names, by doctest's patterns, the sources with
# cases on several threads: under ThreadSanitizer they are a test of their own with the label `threads`.
function(scalesmall_test)
  cmake_parse_arguments(PARSE_ARGV 0 test "" "NAME;TIMEOUT" "SOURCES;ALONE;USES;LABELS;THREADED")
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 60)
  endif()
  math(EXPR test_TIMEOUT "${test_TIMEOUT} * ${SCALESMALL_TEST_TIME_FACTOR}")

  add_executable(${test_NAME} ${test_SOURCES})
  set_source_files_properties(${test_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_link_libraries(${test_NAME} PRIVATE scalesmall_test_main ${test_USES} $<TARGET_NAME_IF_EXISTS:caf_order>)
  add_test(NAME ${test_NAME} COMMAND ${test_NAME})
  # Tests with long limits begin first, so that no processor waits for one of them at the end.
  set_tests_properties(${test_NAME} PROPERTIES TIMEOUT ${test_TIMEOUT} COST ${test_TIMEOUT} LABELS "${test_LABELS}")
  if(test_THREADED AND CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")
    list(JOIN test_THREADED "," patterns)
    add_test(NAME ${test_NAME}_threads COMMAND ${test_NAME} --source-file=${patterns})
    set_tests_properties(${test_NAME}_threads PROPERTIES TIMEOUT ${test_TIMEOUT} LABELS threads)
  endif()
endfunction()

set(SCALESMALL_TEST_TIME_FACTOR 1 CACHE STRING "Multiplies the time limit of each test")
