#pragma once

// A header of the program that has the name of one inside scalesmall.
inline int of_actors() { return 1; }
