#include "audience/heat.h"

#include <math.h>

static Time span(int64_t half_life_s)
{
    return half_life_s * HEAT_PERIOD * TIME_SECOND;
}

int64_t heat_period(Time t, int64_t half_life_s)
{
    return t / span(half_life_s);
}

int64_t heat_weight(Time t, int64_t half_life_s)
{
    double age = (double)(t % span(half_life_s)) /
                 ((double)half_life_s * (double)TIME_SECOND);

    return llround(exp2(HEAT_PERIOD + age));
}

int64_t heat_carried(int64_t heat)
{
    return heat >> HEAT_PERIOD;
}
