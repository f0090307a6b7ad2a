"""Write `divisor(first, beta2, corrected)`: what AMSGrad divides by in the long run, if the first gradient has the size
`first` and all others have size 1. With `corrected`, the maximum is taken after the correction of the start, else
before it."""


def divisor(first, beta2, corrected):
    # solution
    s = (1 - beta2) * first ** 2                # wrong: s = beta2 * first ** 2
    largest = s / (1 - beta2) if corrected else s       # wrong: largest = s
    return max(largest, 1) ** 0.5
    # end


# check
def check(divisor, close):
    close(divisor(1000, 0.999, True), 1000, 'The corrected square of step 1 is that of the gradient: first = 1000')
    close(divisor(1000, 0.999, False), 1000 ** 0.5, 's of step 1 is a thousandth of the square: first = 1000')
    close(divisor(10, 0.75, False), 5, 'A quarter of 100 is 25: first = 10, beta2 = 0.75, before the correction')
    close(divisor(2, 0.999, False), 1, 's tends to 1, which is more than 0.004: first = 2, before the correction')
