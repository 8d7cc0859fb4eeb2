#include "x.h"
#include "y.h"
#include "both.h"
int xy(std::vector<std::pair<X, Y>> &All, int P) { return grown(All, &P); }
