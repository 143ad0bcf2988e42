local helpers = require "helprs"
