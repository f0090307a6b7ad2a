"""Write `schedule_free(gradient, z, lr, beta1, steps)`: where Schedule-Free SGD at a constant rate evaluates the model
after `steps` steps from `z`. `gradient` is a function of the point."""


def schedule_free(gradient, z, lr, beta1, steps):
    # solution
    x = z
    for t in range(1, steps + 1):
        y = (1 - beta1) * z + beta1 * x         # wrong: y = z
        z = z - lr * gradient(y)
        x = x + (z - x) / t                     # wrong: x = z
    return x
    # end


# check
def check(schedule_free, close):
    close(schedule_free(lambda x: 1.0, 0.0, 1.0, 0.9, 3), -2,
          'z is -1, -2 and -3, and x is their mean: a constant gradient of 1, lr = 1, after three steps')
    close(schedule_free(lambda x: x, 1.0, 0.5, 0.0, 2), 0.375,
          'With beta1 = 0 it is SGD with the mean of its points, here 0.5 and 0.25: gradient x, from 1, lr = 0.5')
    close(schedule_free(lambda x: x, 1.0, 1.0, 1.0, 2), 0.0, 'z is 0, and y is x, so z stays there: beta1 = 1, lr = 1')
    close(schedule_free(lambda x: x, 1.0, 0.5, 0.5, 3), 9 / 32,
          'z is 1/2, 1/4 and 3/32, and x is their mean: gradient x, from 1, lr = 0.5, beta1 = 0.5, after three steps')
