/* dateline.c -- the program: a table of commands. */
#include <stdio.h>

int main(void)
{
    puts("dateline " DATELINE_VERSION);
    return 0;
}
