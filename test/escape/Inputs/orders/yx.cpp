#include "y.h"
#include "x.h"
#include "both.h"
int yx(std::vector<std::pair<X, Y>> &All, int P) { return grown(All, &P); }
