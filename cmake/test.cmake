# scalesmall_test(NAME test_<name> SOURCES <file>... [USES <target>...] [LABELS <label>...] [TIMEOUT <seconds>])
#
# Makes one doctest program with the main function of tests/support/main.cpp, and registers it with ctest. The time
# limit is 60 s by default. Sanitizer builds multiply it by SCALESMALL_TEST_TIME_FACTOR, because they run several times
# slower.
function(scalesmall_test)
  cmake_parse_arguments(PARSE_ARGV 0 test "" "NAME;TIMEOUT" "SOURCES;USES;LABELS")
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 60)
  endif()
  math(EXPR test_TIMEOUT "${test_TIMEOUT} * ${SCALESMALL_TEST_TIME_FACTOR}")

  add_executable(${test_NAME} ${test_SOURCES})
  target_link_libraries(${test_NAME} PRIVATE scalesmall_test_main ${test_USES} $<TARGET_NAME_IF_EXISTS:caf_order>)
  add_test(NAME ${test_NAME} COMMAND ${test_NAME})
  set_tests_properties(${test_NAME} PROPERTIES TIMEOUT ${test_TIMEOUT} LABELS "${test_LABELS}")
endfunction()

set(SCALESMALL_TEST_TIME_FACTOR 1 CACHE STRING "Multiplies the time limit of each test")
